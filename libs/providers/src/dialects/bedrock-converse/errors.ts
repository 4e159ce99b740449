import { errorKindOfStatus } from '../../hub/error-kind.js';
import { asNonEmptyString, asString, compact, parseObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX, type ModelError, type ModelErrorKind } from '../../spec/model-error.js';

interface Exception {
  readonly kind: ModelErrorKind;
  /** The status that comes with it, for exceptions inside of a stream, which have none. */
  readonly status: number;
}

/** AWS's exceptions by name, without `Exception` and in lower case: streams and bodies write them differently. */
const EXCEPTIONS: ReadonlyMap<string, Exception> = new Map<string, Exception>([
  ['accessdenied', { kind: 'permission', status: 403 }],
  ['conflict', { kind: 'invalid-request', status: 400 }],
  ['expiredtoken', { kind: 'authentication', status: 403 }],
  ['incompletesignature', { kind: 'authentication', status: 403 }],
  ['internalfailure', { kind: 'server', status: 500 }],
  ['internalserver', { kind: 'server', status: 500 }],
  ['invalidsignature', { kind: 'authentication', status: 403 }],
  ['missingauthenticationtoken', { kind: 'authentication', status: 403 }],
  ['modelerror', { kind: 'server', status: 502 }],
  ['modelnotready', { kind: 'overloaded', status: 503 }],
  ['modelstreamerror', { kind: 'server', status: 502 }],
  ['modeltimeout', { kind: 'timeout', status: 408 }],
  ['resourcenotfound', { kind: 'not-found', status: 404 }],
  ['servicequotaexceeded', { kind: 'rate-limit', status: 429 }],
  ['serviceunavailable', { kind: 'overloaded', status: 503 }],
  ['throttling', { kind: 'rate-limit', status: 429 }],
  ['toomanyrequests', { kind: 'rate-limit', status: 429 }],
  ['unrecognizedclient', { kind: 'authentication', status: 403 }],
  ['validation', { kind: 'invalid-request', status: 400 }],
]);

/** The model failed: AWS's status for it belongs to no family of its own. */
const FAILED_DEPENDENCY = 424;

const CONTEXT_LENGTH =
  /input is too long|prompt is too long|too many (input |total )?tokens|(exceed|maximum|larger than).{0,40}context|context (window|length)/i;
const AUTHENTICATION = /security token|signature|api key|bearer token|authentication/i;

/** Reads an error answer of Bedrock. Never throws, whatever the body is. */
export function readError(status: number, body: Buffer): ModelError {
  const fields = parseObject(body.toString('utf8'));
  const type = readType(fields);
  const message = readMessage(fields) ?? `Bedrock answered with status ${status} and said no more.`;
  const kind = exceptionOf(type)?.kind ?? (status === FAILED_DEPENDENCY ? 'server' : errorKindOfStatus(status));
  return { kind: refine(kind, message), status, message, ...compact({ type }) };
}

/** Reads an exception inside of a stream. */
export function readException(name: string, data: string): ModelError {
  const exception = exceptionOf(name) ?? { kind: 'server', status: 500 };
  const message = readMessage(parseObject(data)) ?? `Bedrock broke the answer off: ${name}.`;
  return { kind: refine(exception.kind, message), status: exception.status, message, type: name };
}

/** A message tells apart what AWS puts under one name. Throttling is never read so: it counts tokens in its message. */
function refine(kind: ModelErrorKind, message: string): ModelErrorKind {
  if (kind === 'invalid-request' && CONTEXT_LENGTH.test(message)) return 'context-length';
  return kind === 'permission' && AUTHENTICATION.test(message) ? 'authentication' : kind;
}

/** `__type` may come with a namespace in front (`com.amazon.coral.service#X`) or a URL behind (`X:http://…`). */
function readType(fields: JsonObject | undefined): string | undefined {
  const type = asNonEmptyString(fields?.['__type']) ?? asNonEmptyString(fields?.['type']);
  return type?.replace(/^.*#/, '').replace(/:.*$/, '');
}

function readMessage(fields: JsonObject | undefined): string | undefined {
  const message = asString(fields?.['message']) ?? asString(fields?.['Message']);
  const text = message?.trim().slice(0, MODEL_ERROR_MESSAGE_CHARACTERS_MAX);
  return text === '' ? undefined : text;
}

function exceptionOf(name: string | undefined): Exception | undefined {
  return name === undefined ? undefined : EXCEPTIONS.get(name.toLowerCase().replace(/exception$/, ''));
}
