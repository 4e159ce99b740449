import { asObject, compact } from '../../json/read-json.js';
import type { EmbeddingsRequest, ProviderEmbeddingsCodec } from '../../spec/embeddings.js';
import { AnswerUnreadableError, UnsupportedFieldError, type LossReport } from '../../spec/loss-report.js';
import { readError } from '../bedrock-converse/index.js';
import { dropForeignNames, inputTexts } from './input-texts.js';
import { readVectors } from './read-vectors.js';

const TEXTS_MAX = 96;

/** Cohere's third generation always makes as many numbers. */
const DIMENSIONS_V3 = 1024;
const THIRD_GENERATION = /embed-[a-z-]+-v3/i;

/** Cohere demands to know what vectors are for; documents are what most are made of. */
const INPUT_TYPE_DEFAULT = 'search_document';

const INPUT_TYPES: ReadonlyMap<string, string> = new Map([
  ['RETRIEVAL_DOCUMENT', 'search_document'],
  ['RETRIEVAL_QUERY', 'search_query'],
  ['QUESTION_ANSWERING', 'search_query'],
  ['FACT_VERIFICATION', 'search_query'],
  ['CODE_RETRIEVAL_QUERY', 'search_query'],
  ['CLASSIFICATION', 'classification'],
  ['CLUSTERING', 'clustering'],
  ['SEMANTIC_SIMILARITY', 'clustering'],
]);

/**
 * Cohere Embed on Bedrock, v3 and v4. Tokens are counted in a header only (`x-amzn-bedrock-input-token-count`), so the
 * answer itself does not tell them.
 */
export const cohereEmbeddings: ProviderEmbeddingsCodec = {
  inputsMax: TEXTS_MAX,

  writeRequest(request, { model, losses }) {
    const texts = inputTexts(request);
    dropForeignNames(request, losses);
    return compact({
      texts,
      input_type: inputTypeOf(request, losses),
      embedding_types: ['float'],
      output_dimension: outputDimensionOf(request, model),
    });
  },

  readAnswer(body) {
    const vectors = readVectors(asObject(body['embeddings'])?.['float'] ?? body['embeddings']);
    if (vectors === undefined) throw new AnswerUnreadableError('there are no vectors in the answer');
    return { vectors, inputTokens: undefined };
  },

  readError,
};

function inputTypeOf({ taskType }: EmbeddingsRequest, losses: LossReport): string {
  if (taskType === undefined) return INPUT_TYPE_DEFAULT;
  const inputType = INPUT_TYPES.get(taskType);
  if (inputType === undefined) losses.drop('task_type', 'Cohere knows no such task');
  return inputType ?? INPUT_TYPE_DEFAULT;
}

function outputDimensionOf({ dimensions }: EmbeddingsRequest, model: string): number | undefined {
  if (dimensions === undefined || !THIRD_GENERATION.test(model)) return dimensions;
  if (dimensions === DIMENSIONS_V3) return undefined;
  throw new UnsupportedFieldError('dimensions', `the model makes vectors of ${DIMENSIONS_V3} numbers only`);
}
