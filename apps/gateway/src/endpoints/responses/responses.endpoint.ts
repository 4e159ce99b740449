import {
  openAiResponsesProvider,
  openAiResponsesInbound,
  openAiResponsesStraight,
  readResponsesRequest,
  type ResponsesRequest,
} from '#providers';
import type { Endpoint, InboundRequest } from '../../exchange/endpoint.js';
import type { GenerationDialect } from '../../generation/generation-dialect.js';
import { readModelRequest } from '../../generation/translation.js';
import { readOrRefuse } from '../../request-body/read-or-refuse.js';

/** `POST /v1/responses`: OpenAI's responses, plain and streaming. */
export const RESPONSES: Endpoint<ResponsesRequest> = {
  route: '/v1/responses',
  dialect: 'openai-responses',
  operation: 'generate',
  requestType: 'responses',
  spanName: 'lw_gateway.request',
  readRequest: (body) => readOrRefuse(() => readResponsesRequest(body)),
  readModelRequest: (body) => readModelRequest(openAiResponsesInbound, body),
};

/** How responses are served. */
export const RESPONSES_DIALECT: GenerationDialect<ResponsesRequest> = {
  straight: openAiResponsesStraight,
  codec: openAiResponsesInbound,
  readError: openAiResponsesProvider.readError,
};

/** A response that was stored: asked for, deleted, cancelled, or its input listed. It names no model and costs nothing. */
function storedResponse(route: string): Endpoint {
  const readRequest = (_body: Buffer, request: { readonly url: string }): InboundRequest => ({
    model: undefined,
    streams: /[?&]stream=true(&|$)/.test(request.url),
  });
  return {
    route,
    dialect: 'openai-responses',
    operation: 'stored-response',
    requestType: 'responses',
    spanName: 'lw_gateway.request',
    readRequest,
  };
}

/** `GET /v1/responses/{id}`. */
export const STORED_RESPONSE = storedResponse('/v1/responses/:id');

/** `DELETE /v1/responses/{id}`. */
export const DELETE_RESPONSE: Endpoint = { ...STORED_RESPONSE, repeatable: false };

/** `POST /v1/responses/{id}/cancel`. */
export const CANCEL_RESPONSE: Endpoint = { ...storedResponse('/v1/responses/:id/cancel'), repeatable: false };

/** `GET /v1/responses/{id}/input_items`. */
export const RESPONSE_INPUT_ITEMS = storedResponse('/v1/responses/:id/input_items');
