import {
  vertexBatchEmbeddingsProvider,
  vertexEmbedContentProvider,
  vertexEmbeddingsProvider,
} from '../dialects/gemini-embeddings/index.js';
import type { ProviderEmbeddingsCodec } from '../spec/embeddings.js';

/** How Google Cloud embeds with a model. */
export interface VertexEmbedding {
  readonly method: 'predict' | 'embedContent';
  readonly codec: ProviderEmbeddingsCodec;
}

/** The method that came first took one input for this model, and a few for those before it. */
const FIRST_GEMINI = /^gemini-embedding-001\b/;

/** How Google Cloud embeds with `model`, by its bare name; undefined for a model that does not embed. */
export function vertexEmbeddingOf(model: string): VertexEmbedding | undefined {
  if (!isGoogleEmbeddingModel(model)) return undefined;
  if (FIRST_GEMINI.test(model)) return { method: 'predict', codec: vertexEmbeddingsProvider };
  return model.startsWith('gemini-')
    ? { method: 'embedContent', codec: vertexEmbedContentProvider }
    : { method: 'predict', codec: vertexBatchEmbeddingsProvider };
}

/** True for Google's models that embed and answer nothing: all of them say so in their names. */
export function isGoogleEmbeddingModel(model: string): boolean {
  return /embedding/i.test(model);
}
