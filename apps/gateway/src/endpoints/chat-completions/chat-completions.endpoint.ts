import {
  openAiChatInbound,
  openAiChatProvider,
  openAiChatStraight,
  readChatRequest,
  type ChatRequest,
} from '#providers';
import type { Endpoint } from '../../exchange/endpoint.js';
import type { GenerationDialect } from '../../generation/generation-dialect.js';
import { readModelRequest } from '../../generation/translation.js';
import { readOrRefuse } from '../../request-body/read-or-refuse.js';

/** `POST /v1/chat/completions`: OpenAI's chat, plain and streaming. */
export const CHAT_COMPLETIONS: Endpoint<ChatRequest> = {
  route: '/v1/chat/completions',
  dialect: 'openai-chat',
  operation: 'generate',
  requestType: 'chat',
  spanName: 'lw_gateway.chat_completions',
  readRequest: (body) => readOrRefuse(() => readChatRequest(body)),
  readModelRequest: (body) => readModelRequest(openAiChatInbound, body),
};

/** How chat completions are served. */
export const CHAT_DIALECT: GenerationDialect<ChatRequest> = {
  straight: openAiChatStraight,
  codec: openAiChatInbound,
  readError: openAiChatProvider.readError,
};
