import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microToNanoUsd, microUsd, nanoToMicroUsd } from './micro-usd.js';
import { addNanoUsd, divideHalfUp, formatUsd, nanoUsd, parseUsd } from './nano-usd.js';

const anyNanoUsd = fc.bigInt({ min: -(10n ** 23n), max: 10n ** 23n }).map(nanoUsd);

describe('a US dollar string', () => {
  it('is read back as the amount that was written', () => {
    fc.assert(fc.property(anyNanoUsd, (amount) => parseUsd(formatUsd(amount)) === amount));
  });

  it('is the shortest that names the amount', () => {
    fc.assert(fc.property(anyNanoUsd, (amount) => /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/.test(formatUsd(amount))));
  });

  it.each([
    ['12', 12_000_000_000n],
    ['0.000000001', 1n],
    ['-3.5', -3_500_000_000n],
    ['007.10', 7_100_000_000n],
    ['999999999999999.999999999', 999_999_999_999_999_999_999_999n],
  ])('%s is read exactly', (text, amount) => {
    expect(parseUsd(text)).toBe(amount);
  });

  it.each([
    '',
    '.',
    '1.',
    '.5',
    '+1',
    '1e3',
    '1,5',
    ' 1',
    '1 ',
    '--1',
    '0.0000000001',
    '1'.repeat(16),
    'NaN',
    '٣',
    '1\n',
  ])('%j is refused', (text) => {
    expect(parseUsd(text)).toBeUndefined();
  });
});

describe('a conversion', () => {
  it('from nano to micro never loses money and adds less than one micro-USD', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (amount) => {
        const added = microToNanoUsd(nanoToMicroUsd(nanoUsd(amount))) - amount;
        return added >= 0n && added < 1000n;
      }),
    );
  });

  it('from micro to nano and back changes nothing', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (amount) => nanoToMicroUsd(microToNanoUsd(amount)) === amount));
  });

  it('of an amount outside the safe integers stops at the largest of them', () => {
    expect(nanoToMicroUsd(nanoUsd(10n ** 30n))).toBe(Number.MAX_SAFE_INTEGER);
    expect(nanoToMicroUsd(nanoUsd(-(10n ** 30n)))).toBe(Number.MIN_SAFE_INTEGER);
  });

  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %d as micro-USD', (count) => {
    expect(() => microUsd(count)).toThrow('safe integer');
    expect(() => microToNanoUsd(count)).toThrow('safe integer');
  });
});

describe('arithmetic', () => {
  it('adds exactly', () => {
    expect(addNanoUsd(nanoUsd(9_007_199_254_740_993n), nanoUsd(-1n))).toBe(9_007_199_254_740_992n);
  });

  it('rounds a quotient to the nearest whole number, halves towards positive infinity', () => {
    const anyNumerator = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    fc.assert(
      fc.property(anyNumerator, fc.bigInt({ min: 1n, max: 10n ** 15n }), (numerator, denominator) => {
        const twiceTheError = 2n * (divideHalfUp(numerator, denominator) * denominator - numerator);
        return twiceTheError > -denominator && twiceTheError <= denominator;
      }),
    );
    expect([-3n, -1n, 1n, 3n].map((half) => divideHalfUp(half, 2n))).toEqual([-1n, 0n, 1n, 2n]);
  });
});
