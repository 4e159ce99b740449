const SPELLINGS_OF_TRUE: ReadonlySet<unknown> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** Reads `stream` as the contract says (2.5): JSON true, a non-zero number, or one of the usual spellings of true. */
export function isTruthyFlag(value: unknown): boolean {
  if (typeof value === 'string') return SPELLINGS_OF_TRUE.has(value);
  return value === true || (typeof value === 'number' && value !== 0);
}
