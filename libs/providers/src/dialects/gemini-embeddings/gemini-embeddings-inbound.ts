import type { InboundEmbeddingsCodec } from '../../spec/embeddings.js';
import type { JsonObject } from '../../spec/json.js';
import { readBatchEmbedContents, readEmbedContent } from './read-embed-request.js';

/** The client's side of Gemini's embeddings: one codec for each of the two methods. */
export const geminiEmbeddingsInbound: {
  readonly embedContent: InboundEmbeddingsCodec;
  readonly batchEmbedContents: InboundEmbeddingsCodec;
} = {
  embedContent: {
    readRequest: readEmbedContent,
    writeAnswer: ({ vectors, inputTokens }) => ({ embedding: { values: vectors[0] ?? [] }, ...usageOf(inputTokens) }),
  },
  batchEmbedContents: {
    readRequest: readBatchEmbedContents,
    writeAnswer: ({ vectors, inputTokens }) => ({
      embeddings: vectors.map((values) => ({ values })),
      ...usageOf(inputTokens),
    }),
  },
};

function usageOf(inputTokens: number | undefined): JsonObject {
  if (inputTokens === undefined) return {};
  return { usageMetadata: { promptTokenCount: inputTokens, totalTokenCount: inputTokens } };
}
