export { geminiEmbeddingsInbound } from './gemini-embeddings-inbound.js';
export { geminiEmbeddingsProvider } from './gemini-embeddings-provider.js';
export { vertexEmbedContentProvider } from './vertex-embed-content-provider.js';
export { vertexBatchEmbeddingsProvider, vertexEmbeddingsProvider } from './vertex-embeddings-provider.js';
