import type { Random } from '#kernel';

/** The range of a back-off, in milliseconds. */
export interface BackoffRange {
  /** The ceiling after the first failure; it doubles with each further one. */
  readonly baseMs: number;
  /** The ceiling that is never passed. */
  readonly maxMs: number;
  /** The least wait, so that jitter never makes a busy loop. Default 0. */
  readonly minMs?: number;
}

/**
 * How long to wait after `failures` failures in a row: exponential, with full jitter so that replicas spread out.
 *
 * @param failures At least 1; anything less counts as 1.
 * @returns Milliseconds, evenly spread from `minMs` to the ceiling of this failure.
 */
export function backoffMs(range: BackoffRange, failures: number, random: Random): number {
  const { baseMs, maxMs, minMs = 0 } = range;
  const ceilingMs = Math.min(maxMs, baseMs * 2 ** (Math.max(1, failures) - 1));
  return minMs + random.next() * Math.max(0, ceilingMs - minMs);
}
