import {
  MODEL_ERROR_MESSAGE_CHARACTERS_MAX,
  asNonEmptyString,
  asObject,
  compact,
  errorKindOfStatus,
  parseObject,
  type Json,
  type ModelError,
  type ModelErrorKind,
} from 'ai-gateway-providers';

/** Acme's own words, where they say more than the status does. */
const KINDS: ReadonlyMap<string, ModelErrorKind> = new Map([
  ['too_long', 'context-length'],
  ['blocked', 'content-filter'],
  ['no_credit', 'billing'],
]);

/** Reads an error answer. It never throws: a proxy on the way may have written anything. */
export function readError(status: number, body: Buffer): ModelError {
  return readTrouble(status, parseObject(body.toString('utf8'))?.['trouble']);
}

/** Reads Acme's `trouble`, which is the same in an error answer and in a stream. */
export function readTrouble(status: number, value: Json | undefined): ModelError {
  const trouble = asObject(value);
  const code = asNonEmptyString(trouble?.['code']);
  const text = asNonEmptyString(trouble?.['text']) ?? `Acme answered with status ${status}.`;
  return compact({
    kind: (code === undefined ? undefined : KINDS.get(code)) ?? errorKindOfStatus(status),
    status,
    message: text.slice(0, MODEL_ERROR_MESSAGE_CHARACTERS_MAX),
    code,
  });
}
