import { invariant } from '#kernel';

declare const nanoUsdBrand: unique symbol;

/** Exact money: a whole number of nano-USD (1e-9 US dollar). Never a fraction, never a float; may be negative. */
export type NanoUsd = bigint & { readonly [nanoUsdBrand]: 'NanoUsd' };

/** The most fraction digits that a decimal US dollar string may have: one nano-USD is the ninth. */
export const USD_FRACTION_DIGITS_MAX = 9;

/** The most whole digits that a decimal US dollar string may have. A limit on input, far above any real amount. */
export const USD_WHOLE_DIGITS_MAX = 15;

const NANO_USD_PER_USD = 1_000_000_000n;

const USD_PATTERN = new RegExp(`^(-?)(\\d{1,${USD_WHOLE_DIGITS_MAX}})(?:\\.(\\d{1,${USD_FRACTION_DIGITS_MAX}}))?$`);

/** Marks a whole count of nano-USD as money. The one place that makes the brand. */
export function nanoUsd(count: bigint): NanoUsd {
  return count as NanoUsd;
}

/** Nothing, exactly. */
export const ZERO_NANO_USD: NanoUsd = nanoUsd(0n);

/** The exact sum of two amounts. */
export function addNanoUsd(left: NanoUsd, right: NanoUsd): NanoUsd {
  return nanoUsd(left + right);
}

/**
 * Reads a decimal amount of US dollars (`12`, `0.000000001`, `-3.5`) exactly, without a float on the way.
 *
 * Undefined when the text is anything else: an exponent, a sign other than a leading minus, spaces, more than
 * {@link USD_FRACTION_DIGITS_MAX} fraction digits or more than {@link USD_WHOLE_DIGITS_MAX} whole digits.
 */
export function parseUsd(text: string): NanoUsd | undefined {
  const match = USD_PATTERN.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const magnitude = BigInt(whole) * NANO_USD_PER_USD + BigInt(fraction.padEnd(USD_FRACTION_DIGITS_MAX, '0'));
  return nanoUsd(sign === '-' ? -magnitude : magnitude);
}

/** Writes an amount as the shortest exact decimal string of US dollars: `1.5`, `0.000000001`, `-2`, `0`. */
export function formatUsd(amount: NanoUsd): string {
  const magnitude = amount < 0n ? -amount : amount;
  const fraction = (magnitude % NANO_USD_PER_USD).toString().padStart(USD_FRACTION_DIGITS_MAX, '0').replace(/0+$/, '');
  const whole = (magnitude / NANO_USD_PER_USD).toString();
  return `${amount < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `numerator / denominator` to the nearest whole number; exactly half goes up, that is towards positive infinity. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  invariant(denominator > 0n, 'the denominator of a division of money must be positive');
  return floorDivide(2n * numerator + denominator, 2n * denominator);
}

function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}
