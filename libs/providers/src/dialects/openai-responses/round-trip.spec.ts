import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../hub/answer-events.js';
import type { Finish, ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart, ReasoningPart } from '../../spec/part.js';
import type { Usage } from '../../spec/usage.js';
import { openAiResponsesInbound, openAiResponsesProvider } from './index.js';
import { collect } from './testing/collect.js';
import { answerContext, writeContext } from './testing/contexts.js';
import { readStream } from './testing/streams.js';

const text = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' });
const word = fc.stringMatching(/^[a-z]{1,6}$/);

const state = fc.record({ family: fc.constantFrom('openai', 'anthropic', 'gemini'), data: word });

const part: fc.Arbitrary<AssistantPart> = fc.oneof(
  text.map((value): AssistantPart => ({ kind: 'text', text: value })),
  text.map((value): AssistantPart => ({ kind: 'refusal', text: value })),
  text.map((value): AssistantPart => ({ kind: 'reasoning', text: value })),
  fc
    .tuple(fc.oneof(text, fc.constant('')), state)
    .map(([value, held]): ReasoningPart => ({ kind: 'reasoning', text: value, state: held as never })),
  fc.tuple(word, word, fc.jsonValue()).map(([callId, name, value]): AssistantPart => ({
    kind: 'tool-call',
    callId,
    name,
    argumentsText: JSON.stringify(value),
  })),
  fc.tuple(word, word, text).map(([callId, name, argumentsText]): AssistantPart => ({
    kind: 'tool-call',
    callId,
    name,
    argumentsText,
    freeText: true,
  })),
  fc.constant<AssistantPart>({
    kind: 'media',
    medium: 'image',
    source: { kind: 'data', mediaType: 'image/png', base64: 'iVBO' },
  }),
);

const usage: fc.Arbitrary<Usage> = fc.record({
  inputTokens: fc.nat(),
  outputTokens: fc.integer({ min: 100, max: 10_000 }),
  cacheReadTokens: fc.nat({ max: 10_000 }),
  cacheWriteTokens: fc.nat({ max: 10_000 }),
  cacheWrite1hTokens: fc.constant(undefined),
  reasoningTokens: fc.nat({ max: 100 }),
  inputAudioTokens: fc.constant(undefined),
  outputAudioTokens: fc.constant(undefined),
});

const answer: fc.Arbitrary<ModelAnswer> = fc
  .record({
    parts: fc.array(part, { minLength: 1, maxLength: 6 }),
    isCut: fc.boolean(),
    usage,
    serviceTier: word,
  })
  .map(({ parts, isCut, ...rest }) => ({
    id: 'resp_1',
    model: 'my-model',
    parts,
    finish: finishOf(parts, isCut),
    ...rest,
  }));

/** How the dialect itself tells an answer of these parts to end. */
function finishOf(parts: readonly AssistantPart[], isCut: boolean): Finish {
  if (isCut) return { reason: 'length', raw: 'max_output_tokens' };
  if (parts.some(({ kind }) => kind === 'tool-call')) return { reason: 'tool-calls', raw: 'completed' };
  return { reason: parts.some(({ kind }) => kind === 'refusal') ? 'refusal' : 'stop', raw: 'completed' };
}

describe('an answer that goes through OpenAI Responses', () => {
  it('comes back with everything that the hub has words for', () => {
    fc.assert(
      fc.property(answer, (original) => {
        const written = openAiResponsesInbound.writeAnswer(original, answerContext());
        expect(openAiResponsesProvider.readAnswer(JSON.parse(JSON.stringify(written)))).toEqual(original);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same streamed, as a stream and in what its last event repeats', () => {
    fc.assert(
      fc.property(answer, (original) => {
        const writer = openAiResponsesInbound.createStreamWriter(answerContext());
        const stream =
          eventsOf(original)
            .map((event) => writer.write(event))
            .join('') + writer.end();
        expect(collect(readStream(openAiResponsesProvider.createStreamReader(), [Buffer.from(stream)]))).toEqual(
          original,
        );
        const last = JSON.parse(stream.slice(stream.lastIndexOf('\ndata: ') + 7)) as { response: unknown };
        expect(last.response).toEqual(openAiResponsesInbound.writeAnswer(original, answerContext()));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a conversation that goes through OpenAI Responses', () => {
  it('brings back to OpenAI what OpenAI said, with its state', () => {
    const sent = [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'enc' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes', annotations: [] }] },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
      { type: 'function_call', call_id: 'b', name: 'f', arguments: '{"x":1}' },
      { type: 'function_call_output', call_id: 'a', output: 'one' },
      { type: 'function_call_output', call_id: 'b', output: 'two' },
    ];
    const request = openAiResponsesInbound.readRequest({ model: 'm', instructions: 'Be brief.', input: sent });
    const written = openAiResponsesProvider.writeRequest(request, writeContext());
    expect(written).toMatchObject({ instructions: 'Be brief.', input: sent });
  });

  it('brings back to Anthropic and Gemini what they signed, after it has been with a Responses client', () => {
    fc.assert(
      fc.property(state, (held) => {
        const original = { kind: 'reasoning', text: 'hm', state: held as never } as const;
        const finish = { reason: 'stop' } as const;
        const { output } = openAiResponsesInbound.writeAnswer(
          { parts: [original], finish, usage: undefined },
          answerContext(),
        );
        const { messages } = openAiResponsesInbound.readRequest({ input: output ?? null });
        expect(messages).toEqual([{ role: 'assistant', parts: [original] }]);
      }),
    );
  });
});
