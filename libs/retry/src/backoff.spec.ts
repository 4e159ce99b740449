import { SeededRandom } from '#kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

const RANGE = { minMs: 1_000, baseMs: 2_000, maxMs: 60_000 };

describe('a back-off', () => {
  it('stays within its range and under the doubling ceiling', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 2_000 }), fc.integer(), (failures, seed) => {
        const waitMs = backoffMs(RANGE, failures, new SeededRandom(seed));
        expect(waitMs).toBeGreaterThanOrEqual(RANGE.minMs);
        expect(waitMs).toBeLessThanOrEqual(Math.min(RANGE.maxMs, RANGE.baseMs * 2 ** Math.max(0, failures - 1)));
      }),
    );
  });

  it('spreads callers over the whole range instead of sending them back together', () => {
    const random = new SeededRandom(7);
    const waits = Array.from({ length: 1_000 }, () => backoffMs({ baseMs: 100, maxMs: 10_000 }, 5, random));
    expect(Math.min(...waits)).toBeLessThan(100);
    expect(Math.max(...waits)).toBeGreaterThan(1_500);
  });
});
