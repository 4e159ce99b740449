const SPELLINGS_OF_TRUE: ReadonlySet<unknown> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** Reads a flag such as `stream` as the contract says (2.5): JSON true, a number other than zero, or a spelling of true. */
export function isTruthy(value: unknown): boolean {
  return value === true || (typeof value === 'number' && value !== 0) || SPELLINGS_OF_TRUE.has(value);
}
