import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_SPEND_USAGE } from '#gateway-protocol';
import { costOf, costOfSpend } from './cost-of.js';
import { modelPriceOfPayload, type ModelPrice } from './model-price.js';
import type { TokenUsage } from './token-usage.js';

const FULL: ModelPrice = {
  input: 3_000_000_000,
  output: 15_000_000_000,
  cacheRead: 300_000_000,
  cacheWrite: 3_750_000_000,
  cacheWrite1h: 6_000_000_000,
  inputAudio: 40_000_000_000,
  outputAudio: 80_000_000_000,
};

const BARE: ModelPrice = { input: 7, output: 11 };

const BUCKETS = [
  ['inputTokens', 'input'],
  ['cacheReadTokens', 'cacheRead'],
  ['cacheWriteTokens', 'cacheWrite'],
  ['cacheWrite1hTokens', 'cacheWrite1h'],
  ['inputAudioTokens', 'inputAudio'],
  ['outputTokens', 'output'],
  ['outputAudioTokens', 'outputAudio'],
] as const;

const count = fc.option(fc.nat({ max: 2 ** 31 - 1 }), { nil: undefined });
const rate = fc.nat({ max: 2 ** 31 - 1 }).map((value) => value * 100);
const anyUsage: fc.Arbitrary<TokenUsage> = fc.record(Object.fromEntries(BUCKETS.map(([bucket]) => [bucket, count])));
const anyFullPrice = fc.record({
  input: rate,
  output: rate,
  cacheRead: rate,
  cacheWrite: rate,
  cacheWrite1h: rate,
  inputAudio: rate,
  outputAudio: rate,
});

describe('the cost of a request', () => {
  it('is within half a nano-USD of the exact sum over all buckets', () => {
    fc.assert(
      fc.property(anyFullPrice, anyUsage, (price, usage) => {
        const exactMillionths = BUCKETS.reduce(
          (sum, [bucket, rateName]) => sum + BigInt(usage[bucket] ?? 0) * BigInt(price[rateName]),
          0n,
        );
        const error = costOf(price, usage) * 1_000_000n - exactMillionths;
        return error > -500_000n && error <= 500_000n;
      }),
    );
  });

  it('rounds once: three buckets of a third of a nano-USD each make one', () => {
    const usage = { inputTokens: 333_333, cacheReadTokens: 333_333, outputTokens: 333_334 };
    expect(costOf({ input: 1, output: 1 }, usage)).toBe(1n);
    expect(costOf({ input: 1, output: 1 }, { inputTokens: 499_999 })).toBe(0n);
    expect(costOf({ input: 1, output: 1 }, { inputTokens: 500_000 })).toBe(1n);
  });

  it('charges each bucket at its own rate', () => {
    const costs = BUCKETS.map(([bucket]) => costOf(FULL, { [bucket]: 1_000_000 }));
    expect(costs).toEqual(BUCKETS.map(([, rateName]) => BigInt(FULL[rateName] ?? -1)));
  });

  it.each([
    ['cache reads', { cacheReadTokens: 1_000_000 }, BARE, 7n],
    ['cache writes', { cacheWriteTokens: 1_000_000 }, BARE, 7n],
    ['one-hour writes, no write rate', { cacheWrite1hTokens: 1_000_000 }, BARE, 7n],
    ['one-hour writes, a write rate', { cacheWrite1hTokens: 1_000_000 }, { ...BARE, cacheWrite: 9 }, 9n],
    ['audio input', { inputAudioTokens: 1_000_000 }, BARE, 7n],
    ['audio output', { outputAudioTokens: 1_000_000 }, BARE, 11n],
  ] as const)('falls back for %s', (_, usage, price, cost) => {
    expect(costOf(price, usage)).toBe(cost);
  });

  it('never charges reasoning a second time', () => {
    expect(costOf(FULL, { outputTokens: 100, reasoningTokens: 90 })).toBe(costOf(FULL, { outputTokens: 100 }));
  });

  it('is nothing for usage that is not known, and for a free model', () => {
    expect(costOf({ ...FULL, perRequest: 5 }, {})).toBe(0n);
    expect(costOf({ input: 0, output: 0 }, { inputTokens: 5_000_000, outputTokens: 9 })).toBe(0n);
  });

  it('takes the rates of the highest tier that the whole input is above, for every token', () => {
    const price: ModelPrice = {
      ...BARE,
      tiers: [
        { aboveInputTokens: 1_000_000, input: 10, output: 20 },
        { aboveInputTokens: 3_000_000, input: 100, output: 200 },
      ],
    };
    expect(costOf(price, { inputTokens: 1_000_000, outputTokens: 1_000_000 })).toBe(18n);
    expect(costOf(price, { inputTokens: 1_000_000, cacheReadTokens: 1_000_000, outputTokens: 1_000_000 })).toBe(40n);
    expect(costOf(price, { inputTokens: 1_000_000, cacheWrite1hTokens: 3_000_000 })).toBe(400n);
    expect(costOf(price, { inputTokens: 1, outputTokens: 9_000_000 })).toBe(99n);
  });

  it('adds the charge per request once, and audio by the hour', () => {
    expect(costOf({ ...BARE, perRequest: 5 }, { inputTokens: 1_000_000 })).toBe(12n);
    expect(costOf({ input: 0, output: 0, perAudioHour: 360_000_000 }, { audioMs: 1_800_000 })).toBe(180_000_000n);
    expect(costOf({ input: 0, output: 0, perAudioHour: 360_000_000 }, { audioMs: 1 })).toBe(100n);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %d tokens as a broken invariant', (tokens) => {
    expect(() => costOf(BARE, { outputTokens: tokens })).toThrow('safe integers');
  });
});

describe('the cost of a spend record', () => {
  it('splits the cache writes by their life', () => {
    const usage = { ...NO_SPEND_USAGE, cache_creation_input_tokens: 3_000_000, cache_creation_1h_tokens: 1_000_000 };
    expect(costOfSpend(FULL, usage)).toBe(13_500_000_000n);
  });

  it('takes one-hour writes for all writes where a vendor reports more of them', () => {
    const usage = { ...NO_SPEND_USAGE, cache_creation_input_tokens: 5, cache_creation_1h_tokens: 1_000_000 };
    expect(costOfSpend(FULL, usage)).toBe(6_000_000_000n);
  });

  it('counts every other bucket once', () => {
    const usage = {
      ...NO_SPEND_USAGE,
      input_tokens: 1_000_000,
      output_tokens: 1_000_000,
      cache_read_input_tokens: 1_000_000,
      reasoning_tokens: 1_000_000,
      input_audio_tokens: 1_000_000,
      output_audio_tokens: 1_000_000,
      input_chars: 1_000_000,
    };
    expect(costOfSpend(FULL, usage)).toBe(138_300_000_000n);
  });

  it('can be taken at a price that the control plane sent', () => {
    const price = modelPriceOfPayload({ input: 1, output: 2, cache_read: 3, cache_write: 4, cache_write_1h: 5 });
    expect(price).toEqual({ input: 1, output: 2, cacheRead: 3, cacheWrite: 4, cacheWrite1h: 5 });
    expect(modelPriceOfPayload({ input: 1, output: 2 })).toEqual({ input: 1, output: 2 });
  });
});
