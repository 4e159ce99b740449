/** Whose fault an error is; decides its log level and whether it counts as the client's. */
export type Fault = 'customer' | 'platform' | 'provider';

/** What the gateway says of an error code, apart from the words of one occurrence. */
export interface CatalogueEntry {
  readonly status: number;
  readonly fault: Fault;
  /** The public sentence, when the occurrence has none of its own. Never holds a secret or a prompt. */
  readonly message: string;
}

/** Every error that the gateway itself answers, by code; `docs/errors.md` has a heading for each (contract 2.9). */
export const ERROR_CATALOGUE = {
  invalid_api_key: {
    status: 401,
    fault: 'customer',
    message: 'The virtual key is missing, malformed or unknown.',
  },
  virtual_key_revoked: { status: 403, fault: 'customer', message: 'This virtual key was revoked.' },
  virtual_key_disabled: { status: 403, fault: 'customer', message: 'This virtual key is switched off for now.' },
  virtual_key_expired: { status: 403, fault: 'customer', message: 'This virtual key has expired.' },
  budget_exceeded: { status: 402, fault: 'customer', message: 'A spending limit of this key has been reached.' },
  rate_limit_exceeded: { status: 429, fault: 'customer', message: 'This key makes too many requests.' },
  end_user_required: {
    status: 400,
    fault: 'customer',
    message: 'This key has spending limits per end user, so the request must say whom it is for.',
  },
  model_not_allowed: { status: 403, fault: 'customer', message: 'This key may not use the requested model.' },
  model_not_recognized: {
    status: 400,
    fault: 'customer',
    message: 'No provider of this key serves the requested model.',
  },
  model_not_priced: {
    status: 400,
    fault: 'customer',
    message: 'The requested model has no price, and this organization refuses models without one.',
  },
  model_provider_not_bound: {
    status: 400,
    fault: 'customer',
    message: 'The requested provider is not reachable from this key.',
  },
  no_provider_configured: {
    status: 400,
    fault: 'customer',
    message: 'This key has no provider to send the request to.',
  },
  missing_model: { status: 400, fault: 'customer', message: 'The request names no model.' },
  unsupported_parameter: {
    status: 400,
    fault: 'customer',
    message: 'The provider of this model cannot be given a part of the request.',
  },
  bad_request: { status: 400, fault: 'customer', message: 'The request cannot be read.' },
  payload_too_large: { status: 413, fault: 'customer', message: 'The request body is too large.' },
  request_timeout: { status: 408, fault: 'customer', message: 'The request body did not arrive in time.' },
  not_found: { status: 404, fault: 'customer', message: 'There is no such endpoint.' },
  method_not_allowed: { status: 405, fault: 'customer', message: 'This endpoint does not take this method.' },
  provider_error: { status: 502, fault: 'provider', message: 'The provider failed to answer.' },
  provider_timeout: { status: 504, fault: 'provider', message: 'The provider did not answer in time.' },
  upstream_mid_stream_failure: {
    status: 502,
    fault: 'provider',
    message: 'The provider stopped in the middle of its answer. What arrived so far is incomplete.',
  },
  upstream_mid_stream_timeout: {
    status: 504,
    fault: 'provider',
    message: 'The provider fell silent in the middle of its answer. What arrived so far is incomplete.',
  },
  deadline_exceeded: {
    status: 504,
    fault: 'provider',
    message: 'The time limit of the request was used up before its answer was complete.',
  },
  circuit_open: {
    status: 503,
    fault: 'provider',
    message: 'Every provider of this model failed too often lately and is left alone for a moment.',
  },
  auth_upstream_unavailable: {
    status: 503,
    fault: 'platform',
    message: 'The key cannot be checked right now. Try again shortly.',
  },
  internal_error: { status: 500, fault: 'platform', message: 'The gateway failed.' },
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;
