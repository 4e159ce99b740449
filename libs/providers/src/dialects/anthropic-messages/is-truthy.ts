const SPELLINGS_OF_TRUE: readonly string[] = ['1', 't', 'T', 'true', 'TRUE', 'True'];

/** JSON true, a non-zero number, or one of the spellings of true that `stream` may have (contract 2.5). */
export function isTruthy(value: unknown): boolean {
  if (typeof value === 'string') return SPELLINGS_OF_TRUE.includes(value);
  return value === true || (typeof value === 'number' && value !== 0);
}
