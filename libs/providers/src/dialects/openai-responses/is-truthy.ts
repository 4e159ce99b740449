const SPELLINGS_OF_TRUE: ReadonlySet<unknown> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** Reads `stream` as the contract says (2.5): JSON true, a number other than zero, or one of six spellings of true. */
export function isTruthy(value: unknown): boolean {
  return value === true || (typeof value === 'number' && value !== 0) || SPELLINGS_OF_TRUE.has(value);
}
