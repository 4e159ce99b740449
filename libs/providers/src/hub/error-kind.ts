import type { ModelErrorKind } from '../spec/model-error.js';

const KIND_BY_STATUS: ReadonlyMap<number, ModelErrorKind> = new Map([
  [401, 'authentication'],
  [402, 'billing'],
  [403, 'permission'],
  [404, 'not-found'],
  [408, 'timeout'],
  [413, 'too-large'],
  [429, 'rate-limit'],
  [503, 'overloaded'],
  [504, 'timeout'],
  [529, 'overloaded'],
]);

/** What a status says about an error when its body says nothing more exact. */
export function errorKindOfStatus(status: number): ModelErrorKind {
  const kind = KIND_BY_STATUS.get(status);
  if (kind !== undefined) return kind;
  return status >= 400 && status < 500 ? 'invalid-request' : 'server';
}
