import { invariant } from '#kernel';
import { asCount, compact } from '../../json/read-json.js';
import type { EmbeddingsRequest, ProviderEmbeddingsCodec } from '../../spec/embeddings.js';
import { AnswerUnreadableError, UnsupportedFieldError, type LossReport } from '../../spec/loss-report.js';
import { readError } from '../bedrock-converse/index.js';
import { dropForeignNames, inputTexts } from './input-texts.js';
import { readVector } from './read-vectors.js';

/** The first generation always makes 1,536 numbers. */
const FIRST_GENERATION = /titan-embed-(text-v1|g1)/i;

/** Amazon Titan Text Embeddings: one text per call. */
export const titanEmbeddings: ProviderEmbeddingsCodec = {
  inputsMax: 1,

  writeRequest(request, { model, losses }) {
    const [inputText, ...others] = inputTexts(request);
    invariant(inputText !== undefined && others.length === 0, 'Titan embeds one text per call');
    dropForeignNames(request, losses);
    dropTaskType(request, losses);
    const { dimensions } = request;
    if (dimensions !== undefined && FIRST_GENERATION.test(model)) {
      throw new UnsupportedFieldError('dimensions', 'the model makes vectors of one length only');
    }
    return compact({ inputText, dimensions });
  },

  readAnswer(body) {
    const vector = readVector(body['embedding']);
    if (vector === undefined) throw new AnswerUnreadableError('there is no vector in the answer');
    return { vectors: [vector], inputTokens: asCount(body['inputTextTokenCount']) };
  },

  readError,
};

function dropTaskType({ taskType }: EmbeddingsRequest, losses: LossReport): void {
  if (taskType !== undefined) losses.drop('task_type', 'Titan makes the same vector for every task');
}
