import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelAnswer } from '../spec/model-answer.js';
import type { ModelEvent } from '../spec/model-event.js';
import type { AssistantPart } from '../spec/part.js';
import { AnswerCollector } from './answer-collector.js';
import { eventsOf } from './answer-events.js';
import { PartSequencer } from './part-sequencer.js';

const word = fc.string({ maxLength: 8 });
const state = fc.record({ family: fc.constantFrom('openai' as const, 'anthropic' as const), data: word });
const citation = fc.record({
  kind: fc.constantFrom('url' as const, 'document' as const),
  raw: fc.record({ family: fc.constant('openai'), value: fc.constant({}) }),
});
const part: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record(
    { kind: fc.constant('text' as const), text: word, state, citations: fc.array(citation, { minLength: 1 }) },
    { requiredKeys: ['kind', 'text'] },
  ),
  fc.record({ kind: fc.constant('reasoning' as const), text: word, state }, { requiredKeys: ['kind', 'text'] }),
  fc.record({ kind: fc.constant('refusal' as const), text: word }),
  fc.record(
    {
      kind: fc.constant('tool-call' as const),
      callId: word,
      name: word,
      argumentsText: word,
      freeText: fc.boolean(),
      state,
    },
    { requiredKeys: ['kind', 'callId', 'name', 'argumentsText'] },
  ),
  fc.record({
    kind: fc.constant('media' as const),
    medium: fc.constant('image' as const),
    source: fc.record({ kind: fc.constant('url' as const), url: word }),
  }),
);
const count = fc.option(fc.nat(), { nil: undefined });
const usage = fc.record({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  cacheWrite1hTokens: count,
  reasoningTokens: count,
  inputAudioTokens: count,
  outputAudioTokens: count,
});
const finish = fc.record(
  { reason: fc.constantFrom('stop' as const, 'length' as const, 'tool-calls' as const), raw: word },
  { requiredKeys: ['reason'] },
);
const answer: fc.Arbitrary<ModelAnswer> = fc
  .record(
    {
      id: word,
      model: word,
      parts: fc.array(part, { maxLength: 6 }),
      finish,
      usage: fc.option(usage, { nil: undefined }),
      logprobs: fc.array(fc.record({ token: word }), { minLength: 1 }),
      serviceTier: word,
    },
    { requiredKeys: ['parts', 'finish', 'usage'] },
  )
  .map((given) => {
    const { logprobs, ...rest } = given;
    const hasText = given.parts.some(({ kind }) => kind === 'text');
    return logprobs !== undefined && hasText ? { ...rest, logprobs } : rest;
  });

function collect(events: readonly ModelEvent[]): AnswerCollector {
  const collector = new AnswerCollector();
  for (const event of events) collector.push(event);
  return collector;
}

describe('eventsOf and AnswerCollector', () => {
  it('give back the answer that went in', () => {
    fc.assert(
      fc.property(answer, (given) => {
        expect(collect(eventsOf(given)).answer).toEqual(given);
      }),
    );
  });

  it('give back the same answer when the parts were sequenced in between, as writers do', () => {
    fc.assert(
      fc.property(answer, (given) => {
        const sequencer = new PartSequencer();
        const sequenced = eventsOf(given).flatMap((event) => sequencer.push(event));
        expect(collect(sequenced).answer).toEqual(given);
      }),
    );
  });

  it('leave out a block that the hub has no word for', () => {
    const events = eventsOf({
      parts: [
        { kind: 'unknown', type: 'server_tool_use', value: {} },
        { kind: 'text', text: 'a' },
      ],
      finish: { reason: 'stop' },
      usage: undefined,
    });
    expect(collect(events).answer?.parts).toEqual([{ kind: 'text', text: 'a' }]);
  });
});

describe('AnswerCollector', () => {
  it('has the text so far, but no answer, of a stream that was cut', () => {
    const collector = collect([
      { kind: 'reasoning-start', part: 0 },
      { kind: 'reasoning-delta', part: 0, text: 'hm' },
      { kind: 'text-start', part: 1 },
      { kind: 'text-delta', part: 1, text: 'Hel' },
      { kind: 'text-delta', part: 1, text: 'lo' },
    ]);
    expect(collector.partialText).toBe('Hello');
    expect(collector.answer).toBeUndefined();
    expect(collector.sawToolCall).toBe(false);
  });

  it('puts interleaved parts together by their numbers, in the order of their starts', () => {
    const collector = collect([
      { kind: 'tool-call-start', part: 5, callId: 'a', name: 'f' },
      { kind: 'tool-call-start', part: 2, callId: 'b', name: 'g' },
      { kind: 'tool-call-delta', part: 2, argumentsText: '{"b"' },
      { kind: 'tool-call-delta', part: 5, argumentsText: '{}' },
      { kind: 'tool-call-delta', part: 2, argumentsText: ':1}' },
      { kind: 'finish', finish: { reason: 'tool-calls' } },
    ]);
    expect(collector.sawToolCall).toBe(true);
    expect(collector.answer?.parts).toEqual([
      { kind: 'tool-call', callId: 'a', name: 'f', argumentsText: '{}' },
      { kind: 'tool-call', callId: 'b', name: 'g', argumentsText: '{"b":1}' },
    ]);
  });

  it('counts the last usage, also after the finish', () => {
    const none = {
      inputTokens: undefined,
      outputTokens: undefined,
      cacheReadTokens: undefined,
      cacheWriteTokens: undefined,
      cacheWrite1hTokens: undefined,
      reasoningTokens: undefined,
      inputAudioTokens: undefined,
      outputAudioTokens: undefined,
    };
    const collector = collect([
      { kind: 'usage', usage: { ...none, outputTokens: 1 } },
      { kind: 'finish', finish: { reason: 'stop' } },
      { kind: 'usage', usage: { ...none, outputTokens: 7 } },
    ]);
    expect(collector.answer?.usage?.outputTokens).toBe(7);
  });

  it('has no answer, but the error, of a stream that the vendor broke off', () => {
    const error = { kind: 'overloaded', status: 529, message: 'later' } as const;
    const collector = collect([
      { kind: 'text-delta', part: 0, text: 'x' },
      { kind: 'finish', finish: { reason: 'stop' } },
      { kind: 'error', error },
    ]);
    expect(collector.answer).toBeUndefined();
    expect(collector.error).toEqual(error);
    expect(collector.partialText).toBe('x');
  });

  it('loses no word of a number that stands for two parts', () => {
    const collector = collect([
      { kind: 'reasoning-delta', part: 0, text: 'r' },
      { kind: 'text-delta', part: 0, text: 't' },
      { kind: 'finish', finish: { reason: 'stop' } },
    ]);
    expect(collector.answer?.parts).toEqual([
      { kind: 'reasoning', text: 'r' },
      { kind: 'text', text: 't' },
    ]);
  });

  it('takes log probabilities by the hundred thousand', () => {
    const logprobs = Array.from({ length: 150_000 }, () => ({ token: 'a' }));
    const parts: readonly AssistantPart[] = [{ kind: 'text', text: 'a' }];
    const collector = collect(eventsOf({ parts, finish: { reason: 'stop' }, usage: undefined, logprobs }));
    expect(collector.answer?.logprobs).toHaveLength(150_000);
  });
});
