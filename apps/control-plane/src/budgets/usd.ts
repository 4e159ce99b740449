/** One US dollar in nano-USD. */
const NANO_USD_PER_USD = 1_000_000_000n;
const FRACTION_DIGITS = 9;

/** Dollars as people write them: digits, and up to nine after the point. */
const DECIMAL = /^(\d{1,10})(?:\.(\d{1,9}))?$/;

/** Reads a decimal amount of dollars exactly, as nano-USD. Undefined when it is no such number (signs, exponents). */
export function parseUsd(text: string): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, whole = '0', fraction = ''] = match;
  return BigInt(whole) * NANO_USD_PER_USD + BigInt(fraction.padEnd(FRACTION_DIGITS, '0'));
}

/** Writes nano-USD as decimal dollars: at least two digits after the point, at most nine, and no more than needed. */
export function formatUsd(nanoUsd: bigint): string {
  const sign = nanoUsd < 0n ? '-' : '';
  const amount = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const fraction = (amount % NANO_USD_PER_USD)
    .toString()
    .padStart(FRACTION_DIGITS, '0')
    .replace(/0{1,7}$/, '');
  return `${sign}${amount / NANO_USD_PER_USD}.${fraction}`;
}

/** An integer for JSON: a number while JavaScript reads it exactly, else the same digits as a string. */
export function jsonInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
