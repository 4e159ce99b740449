import { errorKindOfStatus } from '../../hub/error-kind.js';
import { asCount, asList, asNonEmptyString, asObject, compact, parseObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX, type ModelError, type ModelErrorKind } from '../../spec/model-error.js';

/** Codes and types of OpenAI, and of servers that imitate it, that say more than their status. */
const KIND_BY_WORD: ReadonlyMap<string, ModelErrorKind> = new Map([
  ['context_length_exceeded', 'context-length'],
  ['insufficient_quota', 'billing'],
  ['billing_hard_limit_reached', 'billing'],
  ['billing_not_active', 'billing'],
  ['rate_limit_exceeded', 'rate-limit'],
  ['rate_limit_error', 'rate-limit'],
  ['invalid_api_key', 'authentication'],
  ['authentication_error', 'authentication'],
  ['permission_error', 'permission'],
  ['model_not_found', 'not-found'],
  ['not_found_error', 'not-found'],
  ['content_filter', 'content-filter'],
  ['content_policy_violation', 'content-filter'],
  ['bio_policy', 'content-filter'],
  // What OpenAI says of a prompt that was flagged.
  ['invalid_prompt', 'content-filter'],
  ['server_is_overloaded', 'overloaded'],
  ['slow_down', 'overloaded'],
  ['overloaded_error', 'overloaded'],
  ['server_error', 'server'],
  ['invalid_request_error', 'invalid-request'],
]);

/** The status that fits an error which came in a stream, and so without one. */
const STATUS_BY_KIND: Readonly<Record<ModelErrorKind, number>> = {
  'invalid-request': 400,
  authentication: 401,
  billing: 429,
  permission: 403,
  'not-found': 404,
  'too-large': 413,
  'context-length': 400,
  'content-filter': 400,
  'rate-limit': 429,
  overloaded: 503,
  timeout: 504,
  server: 502,
};

const MENTIONS_CONTEXT_LENGTH = /maximum context length|context window/i;

/** Reads a provider's error answer; never throws, whatever the body is. */
export function readResponsesError(status: number, body: Buffer): ModelError {
  const text = body.toString('utf8');
  const document = parseObject(text);
  if (document === undefined) {
    const sentence = text.trim().startsWith('<') ? '' : text.trim();
    return toModelError({ message: sentence }, status);
  }
  return toModelError(errorFieldsOf(document), status);
}

/** Reads the error in an `error` or `response.failed` event, or in anything else that a stream breaks off with. */
export function readEventError(event: JsonObject): ModelError {
  const response = asObject(event['error']) === undefined ? asObject(event['response']) : undefined;
  return toModelError(errorFieldsOf(response ?? event), undefined);
}

/** The member that says what went wrong: nested under `error`, or the object itself. */
function errorFieldsOf(document: JsonObject): JsonObject {
  const { error, detail } = document;
  const nested = asObject(error);
  if (nested !== undefined) return nested;
  const message = asNonEmptyString(error) ?? asNonEmptyString(detail) ?? firstDetail(asList(detail)?.[0]);
  // The type of an event is `error` itself, and the status of an answer is `failed`: no words of an error.
  const { type: _type, ...rest } = document;
  return message === undefined ? rest : { ...rest, message };
}

/** What a server on FastAPI says about the first field that it objects to. */
function firstDetail(detail: unknown): string | undefined {
  return asNonEmptyString(asObject(detail)?.['msg']);
}

function toModelError(fields: JsonObject, httpStatus: number | undefined): ModelError {
  const code = asNonEmptyString(fields['code']);
  const type = asNonEmptyString(fields['type']);
  const message = asNonEmptyString(fields['message']);
  const status = httpStatus ?? statusInBody(fields);
  const kind = kindOf({ code, type, message, status });
  return compact({
    kind,
    status: status ?? STATUS_BY_KIND[kind],
    message: (message ?? fallbackMessage(httpStatus)).slice(0, MODEL_ERROR_MESSAGE_CHARACTERS_MAX),
    type,
    code,
    param: asNonEmptyString(fields['param']),
  });
}

/** Servers that imitate OpenAI put a status where OpenAI has a code. */
function statusInBody(fields: JsonObject): number | undefined {
  const code = asCount(fields['code']);
  return code !== undefined && code >= 400 && code <= 599 ? code : undefined;
}

function kindOf(error: {
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly status: number | undefined;
}): ModelErrorKind {
  const { code, type, message, status } = error;
  const byCode = code === undefined ? undefined : KIND_BY_WORD.get(code);
  const byType = type === undefined ? undefined : KIND_BY_WORD.get(type);
  const byStatus = status === undefined ? undefined : errorKindOfStatus(status);
  // A quota that is used up has its own code, but some servers say it in the type only.
  const kind = byCode ?? (byType === 'billing' ? byType : byStatus) ?? byType ?? 'server';
  const isContextLength = kind === 'invalid-request' && message !== undefined && MENTIONS_CONTEXT_LENGTH.test(message);
  return isContextLength ? 'context-length' : kind;
}

function fallbackMessage(status: number | undefined): string {
  return status === undefined ? 'the provider reported an error' : `the provider answered with status ${status}`;
}
