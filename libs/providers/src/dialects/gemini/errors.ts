import { errorKindOfStatus } from '../../hub/error-kind.js';
import { asList, asNonEmptyString, asNumber, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX, type ModelError, type ModelErrorKind } from '../../spec/model-error.js';

/** What Google's canonical codes mean. Source: Google API design guide, AIP-193; google.rpc.Code. */
const KIND_BY_CODE: ReadonlyMap<string, ModelErrorKind> = new Map([
  ['INVALID_ARGUMENT', 'invalid-request'],
  ['FAILED_PRECONDITION', 'invalid-request'],
  ['OUT_OF_RANGE', 'invalid-request'],
  ['UNAUTHENTICATED', 'authentication'],
  ['PERMISSION_DENIED', 'permission'],
  ['NOT_FOUND', 'not-found'],
  ['RESOURCE_EXHAUSTED', 'rate-limit'],
  ['UNAVAILABLE', 'overloaded'],
  ['DEADLINE_EXCEEDED', 'timeout'],
  ['CANCELLED', 'timeout'],
  ['INTERNAL', 'server'],
  ['UNKNOWN', 'server'],
]);

const NATIVE: Readonly<Record<ModelErrorKind, { readonly code: string; readonly status: number }>> = {
  'invalid-request': { code: 'INVALID_ARGUMENT', status: 400 },
  authentication: { code: 'UNAUTHENTICATED', status: 401 },
  billing: { code: 'FAILED_PRECONDITION', status: 402 },
  permission: { code: 'PERMISSION_DENIED', status: 403 },
  'not-found': { code: 'NOT_FOUND', status: 404 },
  'too-large': { code: 'INVALID_ARGUMENT', status: 413 },
  'context-length': { code: 'INVALID_ARGUMENT', status: 400 },
  'content-filter': { code: 'INVALID_ARGUMENT', status: 400 },
  'rate-limit': { code: 'RESOURCE_EXHAUSTED', status: 429 },
  overloaded: { code: 'UNAVAILABLE', status: 503 },
  timeout: { code: 'DEADLINE_EXCEEDED', status: 504 },
  server: { code: 'INTERNAL', status: 500 },
};

/** Sentences that say more than the code `INVALID_ARGUMENT` or `FAILED_PRECONDITION` that they come with. */
const KIND_BY_SENTENCE: readonly (readonly [RegExp, ModelErrorKind])[] = [
  [/exceeds the maximum number of tokens|input context is too long/i, 'context-length'],
  [/api[ _]key (not valid|expired)|API_KEY_INVALID|API_KEY_EXPIRED/i, 'authentication'],
  [/payload size exceeds|request (entity )?is too large/i, 'too-large'],
  [/billing/i, 'billing'],
];

/** Reads an error answer of Google's: an error object, or a list of them as Vertex streams send; never throws. */
export function readGeminiError(status: number, body: Buffer): ModelError {
  const text = body.toString('utf8');
  let document: Json | undefined;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    document = undefined;
  }
  const first = asObject(asList(document)?.[0]) ?? asObject(document);
  const error = first?.['error'];
  const object = asObject(error) ?? (first?.['message'] === undefined ? undefined : first);
  if (object !== undefined) return modelErrorOf(object, status);
  const message = asNonEmptyString(error) ?? text.trim();
  return compact({
    kind: errorKindOfStatus(status),
    status,
    message: bounded(message === '' ? `the provider answered with status ${status}` : message),
  });
}

/** What Google's error object says. `status` is what the answer came with; without one the object's own counts. */
export function modelErrorOf(error: JsonObject, status?: number): ModelError {
  const code = asNonEmptyString(error['status']);
  const details = (asList(error['details']) ?? []).map(asObject);
  const reason = firstText(details, 'reason');
  const message = asNonEmptyString(error['message']) ?? 'the provider reported an error';
  const kind = kindOf(code, status ?? statusOf(error), `${reason ?? ''} ${message}`);
  return compact({
    kind,
    status: status ?? statusOf(error) ?? NATIVE[kind].status,
    message: bounded(message),
    type: code,
    code: reason,
    param: firstViolation(details),
  }) as ModelError;
}

/** The body of an error answer in Google's shape. */
export function writeGeminiError(error: ModelError): JsonObject {
  const { code, status } = NATIVE[error.kind];
  return { error: { code: isErrorStatus(error.status) ? error.status : status, message: error.message, status: code } };
}

function kindOf(code: string | undefined, status: number | undefined, sentence: string): ModelErrorKind {
  const byCode = code === undefined ? undefined : KIND_BY_CODE.get(code);
  const kind = byCode ?? errorKindOfStatus(status ?? 500);
  if (kind !== 'invalid-request') return kind;
  return KIND_BY_SENTENCE.find(([pattern]) => pattern.test(sentence))?.[1] ?? kind;
}

function statusOf(error: JsonObject): number | undefined {
  const code = asNumber(error['code']);
  return code !== undefined && isErrorStatus(code) ? code : undefined;
}

function isErrorStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status < 600;
}

function firstText(details: readonly (JsonObject | undefined)[], name: string): string | undefined {
  return details.map((detail) => asNonEmptyString(detail?.[name])).find((text) => text !== undefined);
}

/** The field of a `google.rpc.BadRequest` detail. */
function firstViolation(details: readonly (JsonObject | undefined)[]): string | undefined {
  const violations = details.flatMap((detail) => asList(detail?.['fieldViolations']) ?? []);
  return asString(asObject(violations[0])?.['field']);
}

function bounded(message: string): string {
  return message.slice(0, MODEL_ERROR_MESSAGE_CHARACTERS_MAX);
}
