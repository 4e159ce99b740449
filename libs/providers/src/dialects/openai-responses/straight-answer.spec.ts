import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStraightAnswer } from './straight-answer.js';
import { OPENAI_ANSWER } from './testing/openai-answer.js';

function read(document: unknown): ReturnType<typeof readStraightAnswer> {
  return readStraightAnswer(Buffer.from(JSON.stringify(document)));
}

describe('a relayed whole Responses answer', () => {
  it('is whole, and its usage is read', () => {
    expect(read(OPENAI_ANSWER)).toMatchObject({ whole: true, usage: { inputTokens: 30, outputTokens: 50 } });
  });

  it('is whole when it is only queued, because a client in the background waits for that', () => {
    expect(read({ object: 'response', status: 'queued', output: [], usage: null })).toEqual({
      whole: true,
      usage: undefined,
    });
  });

  it('is not whole when it failed, so that another provider may be asked, but its usage counts', () => {
    const failed = { ...OPENAI_ANSWER, status: 'failed', error: { code: 'server_error', message: 'oh' } };
    expect(read(failed)).toMatchObject({ whole: false, usage: { outputTokens: 50 } });
  });

  it('is not whole when it is completed and holds nothing, though it may be cut short before it holds anything', () => {
    expect(read({ ...OPENAI_ANSWER, output: [] }).whole).toBe(false);
    expect(read({ ...OPENAI_ANSWER, status: 'incomplete', output: [] }).whole).toBe(true);
  });

  it('is not whole when it is something else, or was cut anywhere', () => {
    expect(read({ error: { message: 'no' } }).whole).toBe(false);
    expect(read({ object: 'chat.completion', choices: [] }).whole).toBe(false);
    const bytes = Buffer.from(JSON.stringify(OPENAI_ANSWER));
    for (let end = 0; end < bytes.length; end += 1) {
      expect(readStraightAnswer(bytes.subarray(0, end)).whole, `cut at ${end}`).toBe(false);
    }
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(typeof readStraightAnswer(Buffer.from(text)).whole).toBe('boolean');
      }),
    );
  });
});
