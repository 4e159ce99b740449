import fc from 'fast-check';

/** The bytes of `text`, cut at these offsets; those outside of it are passed over. */
export function cutAt(text: string, offsets: readonly number[]): readonly Buffer[] {
  const bytes = Buffer.from(text);
  const within = offsets.filter((offset) => offset > 0 && offset < bytes.length);
  const ends = [...new Set(within)].sort((left, right) => left - right);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** Offsets to cut a short stream at. */
export const anyCuts = fc.array(fc.nat({ max: 900 }), { maxLength: 12 });
