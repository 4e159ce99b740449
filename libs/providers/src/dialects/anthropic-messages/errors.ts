import { errorKindOfStatus } from '../../hub/error-kind.js';
import { asNonEmptyString, asObject, compact, parseObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX, type ModelError, type ModelErrorKind } from '../../spec/model-error.js';

/** The vendor's types of errors, with their kind and usual status. Source: Anthropic API reference, "Errors". */
const TYPES: ReadonlyMap<string, { readonly kind: ModelErrorKind; readonly status: number }> = new Map([
  ['invalid_request_error', { kind: 'invalid-request', status: 400 }],
  ['authentication_error', { kind: 'authentication', status: 401 }],
  ['billing_error', { kind: 'billing', status: 402 }],
  ['permission_error', { kind: 'permission', status: 403 }],
  ['not_found_error', { kind: 'not-found', status: 404 }],
  ['conflict_error', { kind: 'invalid-request', status: 409 }],
  ['request_too_large', { kind: 'too-large', status: 413 }],
  ['rate_limit_error', { kind: 'rate-limit', status: 429 }],
  ['api_error', { kind: 'server', status: 500 }],
  ['timeout_error', { kind: 'timeout', status: 504 }],
  ['overloaded_error', { kind: 'overloaded', status: 529 }],
]);

/** Anthropic tells these apart by their sentence only. */
const SENTENCES: readonly (readonly [RegExp, ModelErrorKind])[] = [
  [/prompt is too long|exceeds? (the )?(model's )?(context|maximum) (limit|window|length)/i, 'context-length'],
  [/credit balance|specified (api )?usage limits|spend limit/i, 'billing'],
  [/content filtering policy/i, 'content-filter'],
];

const TYPE_OF_KIND: Readonly<Record<ModelErrorKind, string>> = {
  'invalid-request': 'invalid_request_error',
  authentication: 'authentication_error',
  billing: 'billing_error',
  permission: 'permission_error',
  'not-found': 'not_found_error',
  'too-large': 'request_too_large',
  'context-length': 'invalid_request_error',
  'content-filter': 'invalid_request_error',
  'rate-limit': 'rate_limit_error',
  overloaded: 'overloaded_error',
  timeout: 'timeout_error',
  server: 'api_error',
};

const PROMPT_TOO_LONG = 'prompt is too long';
const STATUS_UNKNOWN = 502;

/** Reads an error answer of the provider; never throws, whatever the body is. */
export function readError(status: number, body: Buffer): ModelError {
  const text = body.toString('utf8');
  const document = parseObject(text);
  // Platforms that serve Claude put their own errors at the top.
  const error = asObject(document?.['error']) ?? (typeof document?.['message'] === 'string' ? document : undefined);
  if (error !== undefined) return readErrorObject(error, status);
  const isProse = text.trim() !== '' && !/^\s*[<{[]/.test(text);
  return {
    kind: errorKindOfStatus(status),
    status: usable(status) ?? STATUS_UNKNOWN,
    message: bounded(isProse ? text.trim() : `the provider answered with status ${status}`),
  };
}

/** Reads the data of an `error` event, whose status only its type tells. */
export function readStreamError(data: JsonObject): ModelError {
  return readErrorObject(asObject(data['error']) ?? {}, undefined);
}

/** Writes the body of an error answer. */
export function writeError(error: ModelError): JsonObject {
  return { ...writeErrorEvent(error), request_id: null };
}

/** Writes the data of an `error` event. */
export function writeErrorEvent({ kind, message }: ModelError): JsonObject {
  // Claude Code knows by these words that it has to shorten the conversation, and does so.
  const isUnsaid = kind === 'context-length' && !message.toLowerCase().includes(PROMPT_TOO_LONG);
  return {
    type: 'error',
    error: { type: TYPE_OF_KIND[kind], message: isUnsaid ? `${PROMPT_TOO_LONG}: ${message}` : message },
  };
}

function readErrorObject(error: JsonObject, status: number | undefined): ModelError {
  const type = asNonEmptyString(error['type']);
  const code = asNonEmptyString(asObject(error['details'])?.['error_code']);
  const message = asNonEmptyString(error['message']) ?? 'the provider reported an error';
  const known = type === undefined ? undefined : TYPES.get(type);
  const ofStatus = status === undefined ? 'server' : errorKindOfStatus(status);
  return compact({
    kind: readSentence(message, code) ?? known?.kind ?? ofStatus,
    status: usable(status) ?? known?.status ?? STATUS_UNKNOWN,
    message: bounded(message),
    type,
    code,
  });
}

function readSentence(message: string, code: string | undefined): ModelErrorKind | undefined {
  // Reached limits of spending come as rate limits, but waiting does not help.
  if (code?.endsWith('spend_limit_reached')) return 'billing';
  return SENTENCES.find(([pattern]) => pattern.test(message))?.[1];
}

function usable(status: number | undefined): number | undefined {
  return status !== undefined && status >= 400 && status <= 599 ? status : undefined;
}

function bounded(text: string): string {
  return text.slice(0, MODEL_ERROR_MESSAGE_CHARACTERS_MAX);
}
