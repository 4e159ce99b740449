import { describe, expect, it } from 'vitest';
import { readGeminiPath } from './gemini-path.js';

describe('the path of a Gemini call', () => {
  it.each(['v1', 'v1beta'])('is read in Google’s version %s, of which SDKs choose either', (version) => {
    expect(readGeminiPath(`/${version}/models/gemini-2.5-pro:streamGenerateContent?alt=sse`)).toEqual({
      model: 'gemini-2.5-pro',
      action: 'streamGenerateContent',
      asEvents: true,
    });
  });

  it.each([
    ['/v1beta/models/a/b:c:generateContent', 'a/b:c', 'generateContent'],
    ['/v1/models/models/gemini-2.5-pro:countTokens', 'gemini-2.5-pro', 'countTokens'],
    ['/v1beta/models/a%2Fb:generateContent', 'a/b', 'generateContent'],
    ['/v1beta/models/gemini-2.5-pro', 'gemini-2.5-pro', undefined],
    ['/v1beta/models/:generateContent', undefined, 'generateContent'],
    ['/v2/models/gemini-2.5-pro:generateContent', undefined, undefined],
  ])('of %s names %s and %s', (url, model, action) => {
    expect(readGeminiPath(url)).toEqual({ model, action, asEvents: false });
  });
});
