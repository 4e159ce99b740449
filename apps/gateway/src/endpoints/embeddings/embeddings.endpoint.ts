import {
  encodeEmbeddingsRequest,
  openAiChatInbound,
  openAiEmbeddingsInbound,
  readEmbeddingsAnswer,
  readEmbeddingsHead,
  type EmbeddingsHead,
} from '#providers';
import type { EmbeddingDialect } from '../../embedding/embedding-dialect.js';
import type { Endpoint } from '../../exchange/endpoint.js';
import { readOrRefuse } from '../../request-body/read-or-refuse.js';

/** `POST /v1/embeddings`: OpenAI's embeddings. */
export const EMBEDDINGS: Endpoint<EmbeddingsHead> = {
  route: '/v1/embeddings',
  dialect: 'openai-chat',
  operation: 'embed',
  requestType: 'embeddings',
  spanName: 'lw_gateway.embeddings',
  readRequest: (body) => readOrRefuse(() => readEmbeddingsHead(body)),
};

/** How embeddings are served. */
export const EMBEDDINGS_DIALECT: EmbeddingDialect = {
  dialect: 'openai-chat',
  codec: openAiEmbeddingsInbound,
  straight: {
    encode: (body, model) => encodeEmbeddingsRequest(readEmbeddingsHead(body), model),
    readAnswer: readEmbeddingsAnswer,
  },
  writeError: (error) => openAiChatInbound.writeError(error),
};
