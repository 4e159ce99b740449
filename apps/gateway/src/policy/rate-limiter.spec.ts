import type { RateLimits } from '#gateway-protocol';
import { SeededRandom, VirtualClock } from '#kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.js';

function limits(requestsPerMinute: number | null, requestsPerDay: number | null = null): RateLimits {
  return { requestsPerMinute, requestsPerDay, tokensPerMinute: null };
}

describe('RateLimiter', () => {
  it('lets a key burst up to its ceiling and says when the next request may come', async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter(clock);
    for (let index = 0; index < 60; index += 1) expect(limiter.take('a', limits(60)).ok).toBe(true);
    expect(limiter.take('a', limits(60))).toEqual({ ok: false, dimension: 'rpm', limit: 60, retryAfterSeconds: 1 });
    expect(limiter.take('b', limits(60)).ok).toBe(true);
    await clock.advance(1_000);
    expect(limiter.take('a', limits(60)).ok).toBe(true);
    expect(limiter.take('a', limits(60)).ok).toBe(false);
  });

  it('does not use up the minute’s ceiling for a request that the day’s refuses', async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter(clock);
    expect(limiter.take('a', limits(2, 1)).ok).toBe(true);
    for (let index = 0; index < 5; index += 1) {
      expect(limiter.take('a', limits(2, 1))).toMatchObject({ ok: false, dimension: 'rpd' });
    }
    expect(limiter.take('a', limits(2, null)).ok).toBe(true);
  });

  it('starts with full buckets when a ceiling changes', () => {
    const limiter = new RateLimiter(new VirtualClock());
    expect(limiter.take('a', limits(1)).ok).toBe(true);
    expect(limiter.take('a', limits(1)).ok).toBe(false);
    expect(limiter.take('a', limits(2)).ok).toBe(true);
  });

  it('never lets more through in any stretch of time than burst and rate allow', async () => {
    const rates = fc.integer({ min: 1, max: 30 });
    await fc.assert(
      fc.asyncProperty(rates, fc.nat(), async (perMinute, seed) => {
        const clock = new VirtualClock();
        const random = new SeededRandom(seed);
        const limiter = new RateLimiter(clock);
        let passed = 0;
        let elapsedMs = 0;
        for (let step = 0; step < 60; step += 1) {
          if (limiter.take('a', limits(perMinute)).ok) passed += 1;
          const waitMs = Math.floor(random.next() * 4_000);
          await clock.advance(waitMs);
          elapsedMs += waitMs;
          expect(passed).toBeLessThanOrEqual(perMinute + (elapsedMs * perMinute) / 60_000 + 1e-6);
        }
      }),
      { numRuns: 30 },
    );
  });
});
