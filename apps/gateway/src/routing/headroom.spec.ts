import { VirtualClock } from '#kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Headroom } from './headroom.js';

const FAMILIES = [
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  ['anthropic-ratelimit-requests-remaining', 'anthropic-ratelimit-requests-reset'],
  ['anthropic-ratelimit-tokens-remaining', 'anthropic-ratelimit-tokens-reset'],
  ['anthropic-ratelimit-input-tokens-remaining', 'anthropic-ratelimit-input-tokens-reset'],
  ['anthropic-ratelimit-output-tokens-remaining', 'anthropic-ratelimit-output-tokens-reset'],
] as const;

/** How long a provider is left alone after an answer, in milliseconds, up to a minute and a bit. */
async function restMs(status: number, headers: Record<string, string>): Promise<number> {
  const clock = new VirtualClock();
  const headroom = new Headroom(clock);
  headroom.observe('p', status, headers);
  for (let waitedMs = 0; waitedMs < 61_000; waitedMs += 50) {
    if (headroom.has('p')) return waitedMs;
    await clock.advance(50);
  }
  return Infinity;
}

describe('a provider', () => {
  it('has room as long as nothing else is known', () => {
    expect(new Headroom(new VirtualClock()).has('p')).toBe(true);
  });

  it.each(FAMILIES)('has none once %s is 0, until %s', async (remaining, reset) => {
    expect(await restMs(200, { [remaining]: '0', [reset]: '2s' })).toBe(2_000);
    expect(await restMs(200, { [remaining]: '1', [reset]: '2s' })).toBe(0);
  });

  it.each([
    ['250ms', 250],
    ['1.5s', 1_500],
    ['0m2s', 2_000],
    ['0h0m7.65s', 7_650],
    ['3', 3_000],
    ['2026-01-01T00:00:05Z', 5_000],
    ['6m0s', 60_000],
    ['1h2m3s', 60_000],
    ['2027-01-01T00:00:00Z', 60_000],
    ['0s', 0],
    ['2025-01-01T00:00:00Z', 0],
  ])('is left alone for a reset of %s, at most a minute', async (reset, expected) => {
    expect(await restMs(200, { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': reset })).toBe(
      expected,
    );
  });

  it('is left alone for a second when it does not say how long', async () => {
    expect(await restMs(200, { 'x-ratelimit-remaining-tokens': '0' })).toBe(1_000);
    expect(await restMs(200, { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': 'soon' })).toBe(1_000);
    expect(await restMs(429, {})).toBe(1_000);
  });

  it('waits for the last of several limits that are used up', async () => {
    const headers = {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '4s',
    };
    expect(await restMs(200, headers)).toBe(4_000);
  });

  it.each([
    [{ 'retry-after': '5' }, 5_000],
    [{ 'retry-after-ms': '150', 'retry-after': '5' }, 150],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:03 GMT' }, 3_000],
    [{ 'retry-after': '86400' }, 60_000],
  ])('that answers 429 is left alone as it asks: %j', async (headers, expected) => {
    expect(await restMs(429, headers as unknown as Record<string, string>)).toBe(expected);
  });

  it('has room again at the first answer that says so, and others never lost it', () => {
    const headroom = new Headroom(new VirtualClock());
    headroom.observe('p', 429, {});
    expect([headroom.has('p'), headroom.has('other')]).toEqual([false, true]);
    headroom.observe('p', 200, { 'x-ratelimit-remaining-requests': '99' });
    expect(headroom.has('p')).toBe(true);
  });

  it('is never left alone for more than a minute, whatever its headers say', async () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('0', '-1', '1e99', '9999h', 'NaN', '1d', '12m34'));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FAMILIES),
        text,
        text,
        fc.constantFrom(200, 429, 500),
        async (family, one, two, status) => {
          const clock = new VirtualClock();
          const headroom = new Headroom(clock);
          headroom.observe('p', status, { [family[0]]: one, [family[1]]: two, 'retry-after': two });
          await clock.advance(60_000);
          expect(headroom.has('p')).toBe(true);
        },
      ),
    );
  });
});
