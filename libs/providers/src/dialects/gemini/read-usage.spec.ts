import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGeminiUsage } from './read-usage.js';
import { writeGeminiUsage } from './write-usage.js';

describe('readGeminiUsage', () => {
  it('makes disjoint buckets of cached, tool, audio and thought tokens', () => {
    expect(
      readGeminiUsage({
        promptTokenCount: 100,
        cachedContentTokenCount: 40,
        toolUsePromptTokenCount: 7,
        candidatesTokenCount: 20,
        thoughtsTokenCount: 30,
        totalTokenCount: 157,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 80 },
          { modality: 'AUDIO', tokenCount: 20 },
        ],
        cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 5 }],
        candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 6 }],
      }),
    ).toEqual({
      inputTokens: 52,
      cacheReadTokens: 40,
      inputAudioTokens: 15,
      cacheWriteTokens: undefined,
      cacheWrite1hTokens: undefined,
      outputTokens: 44,
      outputAudioTokens: 6,
      reasoningTokens: 30,
    });
  });

  it.each([
    [{ promptTokenCount: 5, totalTokenCount: 12, thoughtsTokenCount: 7 }, 7],
    [{ promptTokenCount: 5, totalTokenCount: 12 }, 7],
    [{ promptTokenCount: 5, thoughtsTokenCount: 3 }, 3],
    [{ promptTokenCount: 5, totalTokenCount: 6, thoughtsTokenCount: 3 }, 3],
    [{ promptTokenCount: 5 }, undefined],
  ])('finds the output of %j, which leaves the candidates out', (metadata, expected) => {
    expect(readGeminiUsage(metadata)?.outputTokens).toBe(expected);
  });

  it('says nothing for what holds no counts', () => {
    for (const metadata of [undefined, null, {}, [1], 'x', { trafficType: 'ON_DEMAND' }, { promptTokenCount: -1 }]) {
      expect(readGeminiUsage(metadata)).toBeUndefined();
    }
  });

  it('never gives a negative bucket and never loses a token, however wrong the details are', () => {
    const count = fc.nat({ max: 1000 });
    fc.assert(
      fc.property(count, count, count, count, count, (prompt, cached, audio, candidates, outputAudio) => {
        const usage = readGeminiUsage({
          promptTokenCount: prompt,
          cachedContentTokenCount: cached,
          promptTokensDetails: [{ modality: 'AUDIO', tokenCount: audio }],
          candidatesTokenCount: candidates,
          candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: outputAudio }],
        });
        const { inputTokens = 0, cacheReadTokens = 0, inputAudioTokens = 0 } = usage ?? {};
        expect(Math.min(inputTokens, cacheReadTokens, inputAudioTokens)).toBeGreaterThanOrEqual(0);
        expect(inputTokens + cacheReadTokens + inputAudioTokens).toBe(prompt);
        expect((usage?.outputTokens ?? 0) + (usage?.outputAudioTokens ?? 0)).toBe(candidates);
      }),
    );
  });

  it("survives a round trip through Google's shape", () => {
    const count = fc.option(fc.nat({ max: 1000 }), { nil: undefined });
    fc.assert(
      fc.property(fc.nat({ max: 1000 }), fc.nat({ max: 1000 }), count, count, count, (input, output, ...rest) => {
        const [cached, audio, thoughts] = rest;
        const usage = {
          inputTokens: input,
          outputTokens: output,
          cacheReadTokens: cached === 0 ? undefined : cached,
          cacheWriteTokens: undefined,
          cacheWrite1hTokens: undefined,
          reasoningTokens: thoughts === undefined || thoughts > output || thoughts === 0 ? undefined : thoughts,
          inputAudioTokens: audio === 0 ? undefined : audio,
          outputAudioTokens: undefined,
        };
        const written = writeGeminiUsage(usage);
        expect(readGeminiUsage(written)).toEqual(usage);
        expect(written['totalTokenCount']).toBe(input + output + (cached ?? 0) + (audio ?? 0));
      }),
    );
  });
});
