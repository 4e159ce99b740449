import type { JsonObject } from '../../spec/json.js';
import type { ModelError, ModelErrorKind } from '../../spec/model-error.js';
import { writeSseFrame } from '../../transport/sse-frame.js';

/** OpenAI's type and code of an error. Source: OpenAI's guide "Error codes" and the API's answers. */
interface ErrorWords {
  readonly type: string;
  /** Undefined: the vendor's own, if any. */
  readonly code?: string;
}

const WORDS: Readonly<Record<ModelErrorKind, ErrorWords>> = {
  'invalid-request': { type: 'invalid_request_error' },
  authentication: { type: 'authentication_error', code: 'invalid_api_key' },
  billing: { type: 'insufficient_quota', code: 'insufficient_quota' },
  permission: { type: 'permission_error' },
  'not-found': { type: 'invalid_request_error', code: 'model_not_found' },
  'too-large': { type: 'invalid_request_error', code: 'request_too_large' },
  'context-length': { type: 'invalid_request_error', code: 'context_length_exceeded' },
  'content-filter': { type: 'invalid_request_error', code: 'content_filter' },
  'rate-limit': { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  overloaded: { type: 'service_unavailable_error', code: 'server_is_overloaded' },
  timeout: { type: 'server_error', code: 'timeout' },
  server: { type: 'server_error' },
};

/** The body of an error answer, as OpenAI writes it. */
export function writeError(error: ModelError): JsonObject {
  return { error: errorObject(error) };
}

/**
 * The event that ends a stream which cannot be completed. It is named and typed so that every version of OpenAI's SDKs
 * raises it, whether it looks at the event's name or for an `error` member (contract 2.8).
 */
export function writeErrorFrame(error: ModelError): string {
  return writeSseFrame({ type: 'error', error: errorObject(error) }, 'error');
}

function errorObject({ kind, message, code, param }: ModelError): JsonObject {
  const words = WORDS[kind];
  return { message, type: words.type, param: param ?? null, code: words.code ?? code ?? null };
}
