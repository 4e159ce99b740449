import {
  anthropicMessagesProvider,
  anthropicMessagesInbound,
  anthropicMessagesStraight,
  encodeMessagesRequest,
  readCountTokensRequest,
  readMessagesRequest,
  writeTokenCount,
  type MessagesRequest,
} from '#providers';
import type { Endpoint } from '../../exchange/endpoint.js';
import type { GenerationDialect } from '../../generation/generation-dialect.js';
import type { TokenCountDialect } from '../../token-count/token-count-dialect.js';
import { readModelRequest } from '../../generation/translation.js';
import { readOrRefuse } from '../../request-body/read-or-refuse.js';

/** `POST /v1/messages`: Anthropic's messages, plain and streaming. */
export const MESSAGES: Endpoint<MessagesRequest> = {
  route: '/v1/messages',
  dialect: 'anthropic-messages',
  operation: 'generate',
  requestType: 'messages',
  spanName: 'lw_gateway.messages',
  readRequest: (body) => readOrRefuse(() => readMessagesRequest(body)),
  readModelRequest: (body) => readModelRequest(anthropicMessagesInbound, body),
};

/** How messages are served. */
export const MESSAGES_DIALECT: GenerationDialect<MessagesRequest> = {
  straight: anthropicMessagesStraight,
  codec: anthropicMessagesInbound,
  readError: anthropicMessagesProvider.readError,
};

/** `POST /v1/messages/count_tokens`: how many input tokens a request would have. */
export const COUNT_MESSAGE_TOKENS: Endpoint<MessagesRequest> = {
  ...MESSAGES,
  route: '/v1/messages/count_tokens',
  operation: 'count-tokens',
  readRequest: (body) => readOrRefuse(() => readCountTokensRequest(body)),
};

/** How tokens of messages are counted. */
export const MESSAGE_TOKEN_COUNT: TokenCountDialect = {
  dialect: 'anthropic-messages',
  codec: anthropicMessagesInbound,
  readRequest: anthropicMessagesInbound.readRequest,
  encode: (body, model) => encodeMessagesRequest(readCountTokensRequest(body), model),
  readError: anthropicMessagesProvider.readError,
  write: writeTokenCount,
};
