import type { Endpoint } from '../../exchange/endpoint.js';

/** `GET /v1/models`: what the key may use. */
export const LIST_MODELS: Endpoint = {
  route: '/v1/models',
  dialect: 'openai-chat',
  requestType: undefined,
  spanName: 'lw_gateway.models',
};

/** `GET /v1/models/{id}`: one of them. Ids contain slashes. */
export const GET_MODEL: Endpoint = { ...LIST_MODELS, route: '/v1/models/*' };
