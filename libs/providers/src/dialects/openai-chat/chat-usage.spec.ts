import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChatUsage } from './chat-usage.js';

describe('readChatUsage', () => {
  it('splits the totals into disjoint buckets that add up to them', () => {
    const usage = readChatUsage({
      prompt_tokens: 100,
      completion_tokens: 50,
      prompt_tokens_details: { cached_tokens: 60, audio_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 20, audio_tokens: 5 },
    });
    expect(usage).toMatchObject({
      inputTokens: 30,
      cacheReadTokens: 60,
      inputAudioTokens: 10,
      outputTokens: 45,
      outputAudioTokens: 5,
      reasoningTokens: 20,
    });
  });

  it.each([
    ['with the figure, as xAI does', { completion_tokens_details: { reasoning_tokens: 30 } }],
    ['without the figure, as Google does', {}],
  ])('counts reasoning as output that a vendor has in its total only, %s', (_title, details) => {
    const usage = readChatUsage({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 45, ...details });
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 35, reasoningTokens: 30 });
  });

  it('does not believe a total that its own details contradict', () => {
    const usage = readChatUsage({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 45,
      completion_tokens_details: { reasoning_tokens: 4 },
    });
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 5, reasoningTokens: 4 });
  });

  it('ignores reasoning that is more than all of the output', () => {
    const usage = readChatUsage({
      prompt_tokens: 10,
      completion_tokens: 5,
      completion_tokens_details: { reasoning_tokens: 6 },
    });
    expect(usage).toMatchObject({ outputTokens: 5, reasoningTokens: undefined });
  });

  it.each([{ prompt_cache_hit_tokens: 4 }, { cached_tokens: 4 }])(
    'reads cached tokens beside the totals: %j',
    (cache) => {
      const usage = readChatUsage({ prompt_tokens: 10, completion_tokens: 5, ...cache });
      expect(usage).toMatchObject({ inputTokens: 6, cacheReadTokens: 4 });
    },
  );

  it('says undefined, not zero, for what the vendor did not report', () => {
    expect(readChatUsage({ prompt_tokens: 3 })).toMatchObject({ outputTokens: undefined, cacheReadTokens: undefined });
    expect(readChatUsage(null)).toBeUndefined();
    expect(readChatUsage({})).toBeUndefined();
    expect(readChatUsage([1])).toBeUndefined();
  });

  it('never gives a negative bucket and never loses a token, however wrong the details are', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (prompt, cached, audio) => {
        const usage = readChatUsage({
          prompt_tokens: prompt,
          prompt_tokens_details: { cached_tokens: cached, audio_tokens: audio },
        });
        const { inputTokens = 0, cacheReadTokens = 0, inputAudioTokens = 0 } = usage ?? {};
        expect(Math.min(inputTokens, cacheReadTokens, inputAudioTokens)).toBeGreaterThanOrEqual(0);
        expect(inputTokens + cacheReadTokens + inputAudioTokens).toBe(prompt);
      }),
    );
  });
});
