import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatUsd, jsonInteger, parseUsd } from './usd.js';

describe('dollars as text', () => {
  it('what is written is read back to the nano-dollar', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 9_999_999_999_999_999_999n }), (nanoUsd) => {
        expect(parseUsd(formatUsd(nanoUsd))).toBe(nanoUsd);
      }),
    );
  });

  it.each([
    ['0.1', 100_000_000n, '0.10'],
    ['25', 25_000_000_000n, '25.00'],
    ['0.000000001', 1n, '0.000000001'],
    ['1234.56', 1_234_560_000_000n, '1234.56'],
  ])('%s is exact', (text, nanoUsd, shown) => {
    expect(parseUsd(text)).toBe(nanoUsd);
    expect(formatUsd(nanoUsd)).toBe(shown);
  });

  it.each(['', '-1', '+1', '1e3', '.5', '1.', '0.0000000001', '1,5', ' 1', 'NaN'])('%j is refused', (text) => {
    expect(parseUsd(text)).toBeUndefined();
  });

  it('a negative sum keeps its sign', () => {
    expect(formatUsd(-1_500_000_000n)).toBe('-1.50');
  });

  it('an integer beyond 2^53 becomes a string of the same digits', () => {
    expect(jsonInteger(9_007_199_254_740_991n)).toBe(9_007_199_254_740_991);
    expect(jsonInteger(9_007_199_254_740_993n)).toBe('9007199254740993');
  });
});
