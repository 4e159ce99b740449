import { createHash } from 'node:crypto';

/** Dimensions of a vector when nobody asks for a number. */
export const DIMENSIONS_DEFAULT = 8;

/** A vector of length 1 for a text, the same for the same text; each number is exact in 32 bits. */
export function fakeVector(text: string, dimensions = DIMENSIONS_DEFAULT): number[] {
  const digest = createHash('sha256').update(text).digest();
  const raw = Array.from(
    { length: dimensions },
    (_, index) => (digest[index % digest.length] ?? 0) - 127.5 + index / 7,
  );
  const norm = Math.hypot(...raw);
  return raw.map((value) => Math.fround(value / norm));
}
