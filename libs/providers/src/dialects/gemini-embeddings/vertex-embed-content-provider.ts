import { asCount, asObject, compact } from '../../json/read-json.js';
import type { EmbeddingsAnswer, ProviderEmbeddingsCodec } from '../../spec/embeddings.js';
import type { JsonObject } from '../../spec/json.js';
import { readGeminiError } from '../gemini/errors.js';
import { readVector } from './read-vector.js';
import { textInputs } from './text-inputs.js';

/**
 * Embeddings of Vertex AI's newer models (`gemini-embedding-2` and later), which answer `:embedContent` instead of
 * `:predict`, one input per call.
 */
export const vertexEmbedContentProvider: ProviderEmbeddingsCodec = {
  inputsMax: 1,
  writeRequest: (request, { losses }) => {
    const { taskType, title, dimensions } = request;
    const config = compact({ taskType, title, outputDimensionality: dimensions });
    return compact({
      content: { parts: textInputs(request, losses).map((text) => ({ text })) },
      embedContentConfig: Object.keys(config).length === 0 ? undefined : config,
    });
  },
  readAnswer,
  readError: readGeminiError,
};

function readAnswer(body: JsonObject): EmbeddingsAnswer {
  return {
    vectors: [readVector(asObject(body['embedding'])?.['values'])],
    inputTokens: asCount(asObject(body['usageMetadata'])?.['promptTokenCount']),
  };
}
