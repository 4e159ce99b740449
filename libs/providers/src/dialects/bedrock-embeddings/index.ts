export { bedrockEmbeddingsCodec } from './embeddings-codec.js';
