import { invariant } from '#kernel';
import { nanoUsd, type NanoUsd } from './nano-usd.js';

declare const microUsdBrand: unique symbol;

/** Money on the hot path and on the wire: a whole number of micro-USD (1e-6 US dollar) within the safe integers. */
export type MicroUsd = number & { readonly [microUsdBrand]: 'MicroUsd' };

const NANO_USD_PER_MICRO_USD = 1000n;
const MICRO_USD_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** Marks a whole count of micro-USD as money. Throws an InvariantError unless it is a safe integer. */
export function microUsd(count: number): MicroUsd {
  invariant(Number.isSafeInteger(count), 'micro-USD must be a safe integer');
  return count as MicroUsd;
}

/**
 * The smallest whole number of micro-USD that is not less than `amount`: a budget never sees less than was spent.
 *
 * Amounts outside the safe integers (about nine thousand million US dollars) read as the largest or smallest of them.
 */
export function nanoToMicroUsd(amount: NanoUsd): MicroUsd {
  const truncated = amount / NANO_USD_PER_MICRO_USD;
  const roundedUp = amount % NANO_USD_PER_MICRO_USD > 0n ? truncated + 1n : truncated;
  if (roundedUp > MICRO_USD_MAX) return microUsd(Number.MAX_SAFE_INTEGER);
  if (roundedUp < -MICRO_USD_MAX) return microUsd(Number.MIN_SAFE_INTEGER);
  return microUsd(Number(roundedUp));
}

/** The same amount in nano-USD, exactly. Throws an InvariantError unless `amount` is a safe integer. */
export function microToNanoUsd(amount: number): NanoUsd {
  return nanoUsd(BigInt(microUsd(amount)) * NANO_USD_PER_MICRO_USD);
}
