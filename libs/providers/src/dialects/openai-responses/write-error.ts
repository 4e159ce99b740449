import type { JsonObject } from '../../spec/json.js';
import type { ModelError, ModelErrorKind } from '../../spec/model-error.js';

/** The type and code that OpenAI itself uses for an error of a kind; clients decide by them whether to try again. */
const WORDS_BY_KIND: Readonly<Record<ModelErrorKind, { readonly type: string; readonly code?: string }>> = {
  'invalid-request': { type: 'invalid_request_error' },
  authentication: { type: 'authentication_error', code: 'invalid_api_key' },
  billing: { type: 'insufficient_quota', code: 'insufficient_quota' },
  permission: { type: 'permission_error' },
  'not-found': { type: 'not_found_error' },
  'too-large': { type: 'invalid_request_error', code: 'request_too_large' },
  'context-length': { type: 'invalid_request_error', code: 'context_length_exceeded' },
  'content-filter': { type: 'invalid_request_error', code: 'content_filter' },
  'rate-limit': { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  overloaded: { type: 'server_error', code: 'server_is_overloaded' },
  timeout: { type: 'server_error', code: 'timeout' },
  server: { type: 'server_error', code: 'server_error' },
};

/** An error as OpenAI words it: the members of `error` in the body of an error answer. */
export function writeErrorFields(error: ModelError): JsonObject {
  const { type, code } = WORDS_BY_KIND[error.kind];
  return { message: error.message, type, param: error.param ?? null, code: code ?? error.code ?? null };
}

/** Kinds that come again however often the same request is sent. */
const LASTING: ReadonlySet<ModelErrorKind> = new Set([
  'invalid-request',
  'authentication',
  'permission',
  'not-found',
  'too-large',
  'content-filter',
]);

/**
 * An error as the `error` of a failed response. Codex sends a request again for every code but a few: of those that a
 * failed response may have, `invalid_prompt` is the one for an error that stays.
 */
export function writeFailure(error: ModelError): JsonObject {
  const code = LASTING.has(error.kind) ? 'invalid_prompt' : (WORDS_BY_KIND[error.kind].code ?? 'server_error');
  return { code, message: error.message };
}

/** The body of an error answer, in OpenAI's shape. */
export function writeResponsesError(error: ModelError): JsonObject {
  return { error: writeErrorFields(error) };
}
