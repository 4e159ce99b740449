import {
  openAiChatProvider,
  openAiCompletionsInbound,
  openAiCompletionsStraight,
  readCompletionsRequest,
  type CompletionsRequest,
} from '#providers';
import type { Endpoint } from '../../exchange/endpoint.js';
import type { GenerationDialect } from '../../generation/generation-dialect.js';
import { readModelRequest } from '../../generation/translation.js';
import { readOrRefuse } from '../../request-body/read-or-refuse.js';

/** `POST /v1/completions`: OpenAI's legacy completions, plain and streaming. */
export const COMPLETIONS: Endpoint<CompletionsRequest> = {
  route: '/v1/completions',
  dialect: 'openai-completions',
  operation: 'generate',
  requestType: 'chat',
  spanName: 'lw_gateway.request',
  readRequest: (body) => readOrRefuse(() => readCompletionsRequest(body)),
  readModelRequest: (body) => readModelRequest(openAiCompletionsInbound, body),
};

/** How legacy completions are served. */
export const COMPLETIONS_DIALECT: GenerationDialect<CompletionsRequest> = {
  straight: openAiCompletionsStraight,
  codec: openAiCompletionsInbound,
  readError: openAiChatProvider.readError,
};
