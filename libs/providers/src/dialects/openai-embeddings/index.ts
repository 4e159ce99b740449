export { encodeEmbeddingsRequest, readEmbeddingsHead, type EmbeddingsHead } from './embeddings-head.js';
export { readEmbeddingsAnswer } from './embeddings-answer.js';
export { openAiEmbeddingsInbound } from './openai-embeddings-inbound.js';
export { openAiEmbeddingsProvider } from './openai-embeddings-provider.js';
