import { asCount, asList, asObject, compact } from '../../json/read-json.js';
import type { EmbeddingsAnswer, ProviderEmbeddingsCodec } from '../../spec/embeddings.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import { readGeminiError } from '../gemini/errors.js';
import { readVector } from './read-vector.js';
import { textInputs } from './text-inputs.js';

/**
 * Embeddings of Vertex AI, asked for with `:predict`, one input per call: that is all `gemini-embedding-001` takes.
 * Source: Vertex AI, "Text embeddings API".
 */
export const vertexEmbeddingsProvider: ProviderEmbeddingsCodec = {
  inputsMax: 1,
  writeRequest: (request, { losses }) =>
    compact({
      instances: textInputs(request, losses).map((content) =>
        compact({ content, task_type: request.taskType, title: request.title }),
      ),
      parameters: request.dimensions === undefined ? undefined : { outputDimensionality: request.dimensions },
    }),
  readAnswer,
  readError: readGeminiError,
};

/** The same for Vertex's older models (`text-embedding-005` and the like), which take five inputs in every region. */
export const vertexBatchEmbeddingsProvider: ProviderEmbeddingsCodec = { ...vertexEmbeddingsProvider, inputsMax: 5 };

function readAnswer(body: JsonObject): EmbeddingsAnswer {
  const predictions = asList(body['predictions']);
  if (predictions === undefined) throw new AnswerUnreadableError('the body holds no predictions');
  const embeddings = predictions.map((prediction) => asObject(asObject(prediction)?.['embeddings']));
  return {
    vectors: embeddings.map((embedding) => readVector(embedding?.['values'])),
    inputTokens: sum(embeddings.map((embedding) => asObject(embedding?.['statistics'])?.['token_count'])),
  };
}

/** The sum of the counts; undefined when one of them is missing. */
function sum(counts: readonly (Json | undefined)[]): number | undefined {
  let total = 0;
  for (const value of counts) {
    const count = asCount(value);
    if (count === undefined) return undefined;
    total += count;
  }
  return total;
}
