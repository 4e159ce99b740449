import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChatAnswer } from './chat-answer.js';

const ANSWER =
  '{"id":"c","choices":[{"message":{"content":"a } ] \\" Grüße"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}';

describe('readChatAnswer', () => {
  it('reads usage from a whole answer', () => {
    expect(readChatAnswer(Buffer.from(ANSWER))).toMatchObject({
      whole: true,
      usage: { inputTokens: 3, outputTokens: 2 },
    });
  });

  it('takes no beginning of an answer for the whole', () => {
    const bytes = Buffer.from(ANSWER);
    for (let end = 0; end < bytes.length; end += 1) {
      expect(readChatAnswer(bytes.subarray(0, end)).whole, `cut at ${end}`).toBe(false);
    }
  });

  it.each([
    '{"error":{"message":"overloaded"}}',
    '{"error":"overloaded","usage":{"prompt_tokens":1}}',
    '{"choices":[],"usage":{"prompt_tokens":1}}',
    '{"choices":[ ]}',
    '{"choices":null}',
    '{"choices":{"0":{}}}',
    '{"status":"ok"}',
    '{}',
    '[{"choices":[{}]}]',
    'null',
    '<html></html>',
    '',
  ])('does not take for an answer: %s', (text) => {
    expect(readChatAnswer(Buffer.from(text))).toEqual({ whole: false, usage: undefined });
  });

  it.each([
    '{"choices":[{}]}',
    '{"choices":[\n{"message":{"content":null}}],"error":null}',
    '{"choices":[{"message":{"content":"x"}}],"error":{"message":"a warning of the vendor"}}',
    '{"choices":[{"text":"x"}],"usage":"none"}',
  ])('is lenient to vendors: %s', (text) => {
    expect(readChatAnswer(Buffer.from(text))).toEqual({ whole: true, usage: undefined });
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(readChatAnswer(Buffer.from(bytes)).whole).toBe(false);
      }),
    );
  });
});
