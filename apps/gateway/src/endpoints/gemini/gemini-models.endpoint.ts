import type { Endpoint } from '../../exchange/endpoint.js';

/** `GET /v1beta/models`: what the key may use, in Google's words. */
export const LIST_GEMINI_MODELS: Endpoint = {
  route: '/v1beta/models',
  dialect: 'gemini',
  requestType: undefined,
  spanName: 'lw_gateway.models',
  acceptsKeyInQuery: true,
};

/** `GET /v1beta/models/{id}`: one of them. Ids contain slashes. */
export const GET_GEMINI_MODEL: Endpoint = { ...LIST_GEMINI_MODELS, route: '/v1beta/models/*' };
