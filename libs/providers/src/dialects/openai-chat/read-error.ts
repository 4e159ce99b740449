import { errorKindOfStatus } from '../../hub/error-kind.js';
import { asList, asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX, type ModelError, type ModelErrorKind } from '../../spec/model-error.js';

/** Codes and types that say more than a status, in lower case. */
const KIND_BY_WORD: ReadonlyMap<string, ModelErrorKind> = new Map([
  ['context_length_exceeded', 'context-length'],
  ['insufficient_quota', 'billing'],
  ['billing_hard_limit_reached', 'billing'],
  ['billing_not_active', 'billing'],
  ['credit_balance_exhausted', 'billing'],
  ['content_filter', 'content-filter'],
  ['content_policy_violation', 'content-filter'],
  ['responsibleaipolicyviolation', 'content-filter'],
  ['invalid_api_key', 'authentication'],
  ['authentication_error', 'authentication'],
  ['permission_error', 'permission'],
  ['model_not_found', 'not-found'],
  ['not_found_error', 'not-found'],
  ['deploymentnotfound', 'not-found'],
  ['rate_limit_exceeded', 'rate-limit'],
  ['rate_limit_error', 'rate-limit'],
  ['slow_down', 'rate-limit'],
  ['server_is_overloaded', 'overloaded'],
  ['service_unavailable_error', 'overloaded'],
  ['overloaded_error', 'overloaded'],
  ['engine_overloaded', 'overloaded'],
  ['request_too_large', 'too-large'],
  ['timeout', 'timeout'],
]);

/** What servers say that have no codes: vLLM, llama.cpp, xAI. Tried on errors of the client only. */
const KIND_BY_SENTENCE: readonly (readonly [RegExp, ModelErrorKind])[] = [
  [/context (length|window|size)|prompt is too long|too many (input )?tokens/i, 'context-length'],
  [/incorrect api key|invalid api key/i, 'authentication'],
];

const STATUS_BY_KIND: Readonly<Record<ModelErrorKind, number>> = {
  'invalid-request': 400,
  authentication: 401,
  billing: 402,
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

/** Most of a body that is looked at, in bytes: the rest of a page tells nobody anything. */
const BODY_BYTES_MAX = 64 * 1024;

/** Reads the error answer of a vendor of OpenAI's format, whatever it looks like; never throws. */
export function readError(status: number, body: Buffer): ModelError {
  const text = body.toString('utf8', 0, BODY_BYTES_MAX).trim();
  const value = parse(text);
  if (value === undefined) return plainError(status, messageOfText(status, text));
  return readErrorValue(value, status);
}

/**
 * Reads an error that came inside of an answer with a good status: the value of `error`, or what holds it.
 *
 * @param status What the answer would have had; undefined when only the error itself can tell.
 */
export function readErrorValue(value: Json, status?: number): ModelError {
  const fields = errorFields(value);
  const message = messageOf(fields) ?? asNonEmptyString(value);
  const type = asNonEmptyString(fields?.['type']);
  const code = wordOf(fields?.['code']);
  const effective = status ?? statusOf(fields?.['code']) ?? statusOf(fields?.['status']);
  const kind = kindOf([code, wordOf(asObject(fields?.['innererror'])?.['code']), type], effective, message ?? '');
  return compact({
    kind,
    status: effective ?? STATUS_BY_KIND[kind],
    message: (message ?? 'The provider reported an error.').slice(0, MODEL_ERROR_MESSAGE_CHARACTERS_MAX),
    type,
    code,
    param: asNonEmptyString(fields?.['param']),
  });
}

function plainError(status: number, message: string): ModelError {
  return {
    kind: kindOf([], status, message),
    status,
    message: message.slice(0, MODEL_ERROR_MESSAGE_CHARACTERS_MAX),
  };
}

/** The object that holds the message: the value itself, its `error`, or the same of the first of a list. */
function errorFields(value: Json): JsonObject | undefined {
  const outer = asObject(value) ?? asObject(asList(value)?.[0]);
  const inner = outer?.['error'];
  if (typeof inner === 'string') return { ...outer, message: inner };
  return asObject(inner) ?? outer;
}

/** The sentence: text, or FastAPI's and Mistral's `detail`, a list of what is wrong where. */
function messageOf(fields: JsonObject | undefined): string | undefined {
  for (const value of [fields?.['message'], fields?.['detail'], asObject(fields?.['message'])?.['detail']]) {
    if (typeof value === 'string' && value !== '') return value;
    const problems = (asList(value) ?? []).flatMap((problem) => problemOf(problem) ?? []);
    if (problems.length > 0) return problems.join('; ');
  }
  return undefined;
}

function problemOf(value: Json): string | undefined {
  if (typeof value === 'string') return asNonEmptyString(value);
  const problem = asObject(value);
  const message = asNonEmptyString(problem?.['msg']);
  const place = (asList(problem?.['loc']) ?? []).filter((step) => typeof step !== 'object').join('.');
  return message === undefined || place === '' ? message : `${place}: ${message}`;
}

function kindOf(words: readonly (string | undefined)[], status: number | undefined, message: string): ModelErrorKind {
  for (const word of words) {
    const kind = word === undefined ? undefined : KIND_BY_WORD.get(word.toLowerCase());
    if (kind !== undefined) return kind;
  }
  const byStatus = errorKindOfStatus(status ?? (words.includes('invalid_request_error') ? 400 : 500));
  if (byStatus !== 'invalid-request' && byStatus !== 'too-large') return byStatus;
  return KIND_BY_SENTENCE.find(([sentence]) => sentence.test(message))?.[1] ?? byStatus;
}

/** A code, which some vendors write as a number. */
function wordOf(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : asNonEmptyString(value);
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** What to say of a body that is no JSON: a page's title, a short text as it is. */
function messageOfText(status: number, text: string): string {
  if (text === '') return `The provider answered ${status} without a body.`;
  if (!text.startsWith('<')) return text;
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1]?.trim();
  return `The provider answered ${status} with a page${title === undefined ? '' : `: ${title}`}.`;
}
