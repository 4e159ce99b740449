import type { EmbeddingsAnswer, InboundEmbeddingsCodec } from '../../spec/embeddings.js';
import type { JsonObject } from '../../spec/json.js';
import { writeFloat32Base64 } from './float32-base64.js';
import { readRequest } from './read-request.js';

/** The client's side of OpenAI embeddings. */
export const openAiEmbeddingsInbound: InboundEmbeddingsCodec = {
  readRequest,
  writeAnswer: ({ vectors, inputTokens }, { model, request }) => ({
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: request.encoding === 'base64' ? writeFloat32Base64(vector) : vector,
    })),
    model,
    usage: writeUsage(inputTokens),
  }),
};

/** What is not known is 0, because the type of an answer without the two figures allows nothing else. */
function writeUsage(inputTokens: EmbeddingsAnswer['inputTokens']): JsonObject {
  return { prompt_tokens: inputTokens ?? 0, total_tokens: inputTokens ?? 0 };
}
