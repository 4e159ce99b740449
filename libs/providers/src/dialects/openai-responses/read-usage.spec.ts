import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readResponsesUsage } from './read-usage.js';
import { writeResponsesUsage } from './write-usage.js';

describe('readResponsesUsage', () => {
  it('splits the totals into disjoint buckets that add up to them', () => {
    const usage = readResponsesUsage({
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 20 },
    });
    expect(usage).toMatchObject({
      inputTokens: 30,
      cacheReadTokens: 60,
      cacheWriteTokens: 10,
      outputTokens: 50,
      reasoningTokens: 20,
    });
  });

  it('says undefined, not zero, for what the vendor did not report', () => {
    expect(readResponsesUsage({ input_tokens: 3 })).toMatchObject({
      outputTokens: undefined,
      cacheReadTokens: undefined,
    });
    for (const nothing of [null, undefined, {}, [1], 'x', { input_tokens: -1 }]) {
      expect(readResponsesUsage(nothing)).toBeUndefined();
    }
  });

  it('never gives a negative bucket and never loses a token, however wrong the details are', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.nat(), (input, cached, written, reasoning) => {
        const usage = readResponsesUsage({
          input_tokens: input,
          input_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
          output_tokens: 5,
          output_tokens_details: { reasoning_tokens: reasoning },
        });
        const { inputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 } = usage ?? {};
        expect(Math.min(inputTokens, cacheReadTokens, cacheWriteTokens)).toBeGreaterThanOrEqual(0);
        expect(inputTokens + cacheReadTokens + cacheWriteTokens).toBe(input);
        expect(reasoningTokens).toBeLessThanOrEqual(5);
      }),
    );
  });
});

describe('writeResponsesUsage', () => {
  it('adds the buckets up again, so that the totals are those that were read', () => {
    const wire = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 20 },
      total_tokens: 150,
    };
    expect(writeResponsesUsage(readResponsesUsage(wire))).toEqual(wire);
  });

  it('writes every member that Codex needs to read an answer, whatever the vendor left out', () => {
    expect(writeResponsesUsage(readResponsesUsage({ output_tokens: 2 }))).toEqual({
      input_tokens: 0,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 2,
    });
  });

  it('writes null when the vendor said nothing', () => {
    expect(writeResponsesUsage(undefined)).toBeNull();
  });
});
