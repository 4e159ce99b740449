import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUsage } from './read-usage.js';
import { UsageTally } from './usage-tally.js';

describe('readUsage', () => {
  it('takes the buckets as they come, because they are disjoint already', () => {
    expect(
      readUsage({
        input_tokens: 5,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
        output_tokens: 50,
        output_tokens_details: { thinking_tokens: 20 },
      }),
    ).toEqual({
      inputTokens: 5,
      outputTokens: 50,
      cacheReadTokens: 100,
      cacheWriteTokens: 30,
      cacheWrite1hTokens: 20,
      reasoningTokens: 20,
      inputAudioTokens: undefined,
      outputAudioTokens: undefined,
    });
  });

  it('says undefined, not zero, for what the vendor did not report', () => {
    expect(readUsage({ input_tokens: 0, cache_read_input_tokens: null })).toMatchObject({
      inputTokens: 0,
      outputTokens: undefined,
      cacheReadTokens: undefined,
      cacheWriteTokens: undefined,
    });
    for (const nothing of [null, undefined, {}, [1], 'x', { input_tokens: -1 }, { output_tokens: 1.5 }]) {
      expect(readUsage(nothing)).toBeUndefined();
    }
  });

  it('raises what was written to what its lives add up to, when the total is missing or smaller', () => {
    const lives = { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 7 };
    expect(readUsage({ cache_creation: lives })?.cacheWriteTokens).toBe(8);
    expect(readUsage({ cache_creation_input_tokens: 3, cache_creation: lives })?.cacheWriteTokens).toBe(8);
    expect(readUsage({ cache_creation_input_tokens: 9, cache_creation: lives })?.cacheWriteTokens).toBe(9);
  });

  it('does not trust more reasoning than output', () => {
    const details = { output_tokens_details: { thinking_tokens: 9 } };
    expect(readUsage({ output_tokens: 8, ...details })?.reasoningTokens).toBeUndefined();
  });

  it('never gives a negative bucket, nor more for an hour than in all', () => {
    const count = fc.oneof(fc.integer({ min: -5, max: 1000 }), fc.constant(null));
    fc.assert(
      fc.property(count, count, count, count, (input, total, write5m, write1h) => {
        const usage = readUsage({
          input_tokens: input,
          cache_creation_input_tokens: total,
          cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
        });
        const { cacheWriteTokens = 0, cacheWrite1hTokens = 0, inputTokens = 0 } = usage ?? {};
        expect(Math.min(cacheWriteTokens, cacheWrite1hTokens, inputTokens)).toBeGreaterThanOrEqual(0);
        expect(cacheWrite1hTokens).toBeLessThanOrEqual(cacheWriteTokens);
      }),
    );
  });
});

describe('UsageTally', () => {
  it('lets the later figure win and adds nothing up', () => {
    const tally = new UsageTally();
    tally.begin({ input_tokens: 10, cache_read_input_tokens: 4, output_tokens: 1 });
    tally.update({ output_tokens: 5 });
    tally.update({ input_tokens: 12, output_tokens: 9, cache_read_input_tokens: null });
    expect(tally.usage).toMatchObject({ inputTokens: 12, cacheReadTokens: 4, outputTokens: 9 });
  });

  it('does not let a later 0 take back what was said', () => {
    const tally = new UsageTally();
    tally.begin({ input_tokens: 10 });
    tally.update({ input_tokens: 0, output_tokens: 0 });
    expect(tally.usage).toMatchObject({ inputTokens: 10, outputTokens: 0 });
  });

  it('does not take the opening figure of the output for its total', () => {
    const tally = new UsageTally();
    expect(tally.usage).toBeUndefined();
    tally.begin({ input_tokens: 10, output_tokens: 1 });
    expect(tally.usage?.outputTokens).toBeUndefined();
  });
});
