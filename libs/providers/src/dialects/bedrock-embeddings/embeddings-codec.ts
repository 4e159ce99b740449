import type { ProviderEmbeddingsCodec } from '../../spec/embeddings.js';
import { cohereEmbeddings } from './cohere-embeddings.js';
import { titanEmbeddings } from './titan-embeddings.js';

/** The codec of an embedding model by its id or ARN; undefined for every other model. */
export function bedrockEmbeddingsCodec(model: string): ProviderEmbeddingsCodec | undefined {
  if (/titan-embed-(text|g1)/i.test(model)) return titanEmbeddings;
  return /cohere\.embed-/i.test(model) ? cohereEmbeddings : undefined;
}
