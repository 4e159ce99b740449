import { JsonScanError, readChatRequest, type ChatRequest } from '#providers';
import { GatewayError } from '../../errors/gateway-error.js';
import type { Endpoint } from '../../exchange/endpoint.js';

/** `POST /v1/chat/completions`: OpenAI's chat, plain and streaming. */
export const CHAT_COMPLETIONS: Endpoint<ChatRequest> = {
  route: '/v1/chat/completions',
  dialect: 'openai-chat',
  requestType: 'chat',
  spanName: 'lw_gateway.chat_completions',
  readRequest(body) {
    try {
      return readChatRequest(body);
    } catch (error) {
      if (!(error instanceof JsonScanError)) throw error;
      throw new GatewayError('bad_request', {
        message: `The request body cannot be read: ${error.message}.`,
        cause: error,
      });
    }
  },
};
