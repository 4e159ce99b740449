import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { geminiStraight } from './gemini-straight.js';

const CANDIDATE = { content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' };
const USAGE = { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 };

const read = (document: object): ReturnType<typeof geminiStraight.readAnswer> =>
  geminiStraight.readAnswer(Buffer.from(JSON.stringify(document)));

describe('a relayed whole answer of Gemini', () => {
  it('is whole with a candidate, and its usage is read', () => {
    expect(read({ candidates: [CANDIDATE], usageMetadata: USAGE })).toMatchObject({
      whole: true,
      usage: { inputTokens: 3, outputTokens: 2 },
    });
  });

  it('is whole without a candidate when it says that the prompt was blocked', () => {
    expect(read({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: USAGE }).whole).toBe(true);
  });

  it.each([{}, { candidates: [] }, { candidates: [], usageMetadata: USAGE }, { candidates: null }])(
    'is not whole when it holds no answer: %j',
    (document) => {
      expect(read(document).whole).toBe(false);
    },
  );

  it('is not whole when it is an error that came with 200, or was cut anywhere', () => {
    expect(read({ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } }).whole).toBe(false);
    const bytes = Buffer.from(JSON.stringify({ candidates: [CANDIDATE], usageMetadata: USAGE }));
    for (let end = 0; end < bytes.length; end += 1) {
      expect(geminiStraight.readAnswer(bytes.subarray(0, end)).whole, `cut at ${end}`).toBe(false);
    }
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(typeof geminiStraight.readAnswer(Buffer.from(text)).whole).toBe('boolean');
      }),
    );
  });
});
