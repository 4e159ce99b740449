import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import { readAnswer } from './read-answer.js';
import { OPENAI_ANSWER } from './testing/openai-answer.js';

function message(...content: readonly JsonObject[]): JsonObject {
  return { type: 'message', role: 'assistant', content };
}

describe('a whole answer of OpenAI', () => {
  it('is read with everything that the hub has words for', () => {
    const answer = readAnswer(OPENAI_ANSWER);
    expect(answer).toMatchObject({
      id: 'resp_1',
      model: 'gpt-5.4-2026-03-05',
      finish: { reason: 'tool-calls', raw: 'completed' },
      serviceTier: 'default',
      usage: { inputTokens: 30, cacheReadTokens: 64, cacheWriteTokens: 6, outputTokens: 50 },
    });
    expect(answer.parts).toEqual([
      {
        kind: 'reasoning',
        text: 'First I think.\n\nThen I think again.',
        state: { family: 'openai', id: 'rs_1', data: 'gAAAAABo_encrypted==' },
      },
      {
        kind: 'text',
        text: 'Grüße 👋',
        citations: [expect.objectContaining({ kind: 'url', url: 'https://example.com/', start: 0, end: 5 })],
      },
      {
        kind: 'tool-call',
        callId: 'call_1',
        name: 'look_up',
        argumentsText: '{"q":"Gr\\u00fcße \\"x\\" \\\\\\n"}',
      },
      { kind: 'tool-call', callId: 'call_2', name: 'patch', argumentsText: '*** Begin', freeText: true },
    ]);
  });

  it.each([
    [{ status: 'completed', output: [message({ type: 'output_text', text: 'x' })] }, 'stop'],
    [{ output: [message({ type: 'refusal', refusal: 'no' })] }, 'refusal'],
    [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [] }, 'length'],
    [{ status: 'incomplete', incomplete_details: { reason: 'content_filter' }, output: [] }, 'content-filter'],
    [{ status: 'incomplete', output: [] }, 'other'],
  ])('that is %j ended with %s', (body: JsonObject, reason) => {
    expect(readAnswer(body).finish.reason).toBe(reason);
  });

  it('shows the raw reasoning of open models, and log probabilities', () => {
    const logprob = { token: 'x', logprob: -0.1, bytes: [120], top_logprobs: [] };
    const answer = readAnswer({
      output: [
        { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'hm' }] },
        message({ type: 'output_text', text: 'x', logprobs: [logprob] }),
      ],
    });
    expect(answer.parts).toEqual([
      { kind: 'reasoning', text: 'hm' },
      { kind: 'text', text: 'x' },
    ]);
    expect(answer.logprobs).toEqual([logprob]);
  });
});

describe('what is no answer', () => {
  it.each([
    ['a failure that came with 200', { status: 'failed', output: [], error: { message: 'no luck' } }, 'no luck'],
    ['an error', { error: { message: 'no luck' } }, 'no luck'],
    ['a completed answer that holds nothing', { status: 'completed', output: [] }, 'the answer holds nothing'],
    ['an answer in the making', { status: 'queued', output: [] }, 'the answer is queued'],
    ['an answer of another dialect', { choices: [] }, 'the answer has no output'],
  ])('is refused: %s', (_name, body: JsonObject, message) => {
    expect(() => readAnswer(body)).toThrow(new AnswerUnreadableError(message));
  });

  it('never makes the reader throw anything else', () => {
    const item = fc.record({ type: fc.constantFrom('message', 'reasoning', 'function_call'), content: fc.jsonValue() });
    const body = fc.record({
      output: fc.oneof(fc.array(item), fc.jsonValue()),
      usage: fc.jsonValue(),
      status: fc.string(),
    });
    fc.assert(
      fc.property(body, (document) => {
        try {
          expect(Array.isArray(readAnswer(document as JsonObject).parts)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(AnswerUnreadableError);
        }
      }),
    );
  });
});
