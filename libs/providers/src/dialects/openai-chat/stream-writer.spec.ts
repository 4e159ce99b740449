import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { AnswerCollector } from '../../hub/answer-collector.js';
import { eventsOf } from '../../hub/answer-events.js';
import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { ModelError } from '../../spec/model-error.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { ProviderState } from '../../spec/provider-state.js';
import type { Usage } from '../../spec/usage.js';
import { readAnswer } from './read-answer.js';
import { ChatStreamReader } from './stream-reader.js';
import { ChatStreamWriter } from './stream-writer.js';
import { writeAnswer } from './write-answer.js';

const CONTEXT: AnswerContext = {
  fallbackId: 'req_1',
  model: 'fast',
  createdAtSeconds: 1_700_000_000,
  request: { streams: true, messages: [], tools: [], parameters: {}, unknownNames: [] },
  reportsStreamUsage: true,
  dropped: [],
};
const USAGE: Usage = {
  inputTokens: 10,
  outputTokens: 7,
  cacheReadTokens: undefined,
  cacheWriteTokens: undefined,
  cacheWrite1hTokens: undefined,
  reasoningTokens: undefined,
  inputAudioTokens: undefined,
  outputAudioTokens: undefined,
};
const FINISH: ModelEvent = { kind: 'finish', finish: { reason: 'stop' } };
const ERROR: ModelError = { kind: 'overloaded', status: 503, message: 'busy' };

function writeStream(events: readonly ModelEvent[], context = CONTEXT): string {
  const writer = new ChatStreamWriter(context);
  return events.map((event) => writer.write(event)).join('') + writer.end();
}

/** The data of each frame, parsed; `[DONE]` as it is. */
function framesOf(text: string): readonly (JsonObject | '[DONE]')[] {
  return text
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => {
      const data = frame.slice(frame.indexOf('data: ') + 'data: '.length);
      return data === '[DONE]' ? data : (JSON.parse(data) as JsonObject);
    });
}

/** The first choice of each chunk that has one. */
function choicesOf(text: string): readonly JsonObject[] {
  return framesOf(text).flatMap((frame) =>
    typeof frame === 'string' ? [] : ((frame['choices'] ?? []) as readonly JsonObject[]),
  );
}

function deltasOf(text: string): readonly unknown[] {
  return choicesOf(text).map(({ delta }) => delta);
}

const clientFor = (text: string): OpenAI =>
  new OpenAI({
    apiKey: 'none',
    maxRetries: 0,
    fetch: () => Promise.resolve(new Response(text, { headers: { 'content-type': 'text/event-stream' } })),
  });
const QUESTION = { model: 'fast', messages: [{ role: 'user' as const, content: 'hi' }] };

const ANSWER: ModelAnswer = {
  id: 'chatcmpl-1',
  model: 'fast',
  parts: [
    { kind: 'reasoning', text: 'hm', state: { family: 'anthropic', data: 'sig' } },
    { kind: 'text', text: 'Grüße 👋' },
    { kind: 'refusal', text: 'no' },
    { kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://x/y.png' } },
    { kind: 'tool-call', callId: 'a', name: 'f', argumentsText: '{"x":1}' },
    { kind: 'tool-call', callId: 'b', name: 'g', argumentsText: '{}', state: { family: 'gemini', data: 's' } },
  ],
  finish: { reason: 'tool-calls', raw: 'tool_calls' },
  usage: { ...USAGE, cacheReadTokens: 1, reasoningTokens: 2, inputAudioTokens: 3, outputAudioTokens: 4 },
  logprobs: [{ token: 'x' }],
  serviceTier: 'default',
};

describe('a stream for a chat client', () => {
  it('says the role with the first delta, then the finish, the usage and the end', () => {
    const text = writeStream([
      { kind: 'answer-start', id: 'msg_1', model: 'claude' },
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'He' },
      { kind: 'text-delta', part: 0, text: 'llo', logprobs: [{ token: 'llo' }] },
      { kind: 'text-end', part: 0 },
      { kind: 'finish', finish: { reason: 'stop' }, serviceTier: 'flex' },
      { kind: 'usage', usage: USAGE },
    ]);
    const head = { id: 'msg_1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'fast' };
    const choice = { index: 0, logprobs: null, finish_reason: null };
    expect(framesOf(text)).toEqual([
      { ...head, usage: null, choices: [{ ...choice, delta: { role: 'assistant', content: 'He' } }] },
      {
        ...head,
        usage: null,
        choices: [{ ...choice, delta: { content: 'llo' }, logprobs: { content: [{ token: 'llo' }], refusal: null } }],
      },
      { ...head, usage: null, service_tier: 'flex', choices: [{ ...choice, delta: {}, finish_reason: 'stop' }] },
      { ...head, choices: [], usage: expect.objectContaining({ prompt_tokens: 10, completion_tokens: 7 }) },
      '[DONE]',
    ]);
  });

  it('has no usage for a client that did not ask for it', () => {
    const text = writeStream([{ kind: 'usage', usage: USAGE }, FINISH], { ...CONTEXT, reportsStreamUsage: false });
    expect(text).not.toContain('usage');
    expect(framesOf(text)).toHaveLength(2);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('tells what was dropped in its last chunk (usage asked for: %s)', (reportsStreamUsage, at) => {
    const context = { ...CONTEXT, reportsStreamUsage, dropped: ['seed', 'n'] };
    const frames = framesOf(writeStream([FINISH, { kind: 'usage', usage: USAGE }], context));
    expect(frames.map((frame) => typeof frame !== 'string' && frame['extra_fields'] !== undefined).indexOf(true)).toBe(
      at,
    );
    expect(frames[at]).toMatchObject({ extra_fields: { params_dropped: ['n', 'seed'] } });
    expect(frames).toHaveLength(at + 2);
  });

  it('says the role also with a tool call, and in an answer of nothing', () => {
    const call: ModelEvent = { kind: 'tool-call-start', part: 0, callId: 'a', name: 'f' };
    expect(deltasOf(writeStream([call, FINISH]))[0]).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
    });
    expect(deltasOf(writeStream([FINISH]))).toEqual([{ role: 'assistant', content: '' }]);
  });

  it('writes tool calls one after the other, with dense indexes and their names once', () => {
    const text = writeStream([
      { kind: 'tool-call-start', part: 4, callId: 'a', name: 'f' },
      { kind: 'tool-call-start', part: 9, callId: 'b', name: 'g', freeText: true },
      { kind: 'tool-call-delta', part: 9, argumentsText: 'free' },
      { kind: 'tool-call-delta', part: 4, argumentsText: '{}' },
      { kind: 'finish', finish: { reason: 'stop' } },
    ]);
    expect(deltasOf(text)).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{}' } }] },
      { tool_calls: [{ index: 1, id: 'b', type: 'custom', custom: { name: 'g', input: '' } }] },
      { tool_calls: [{ index: 1, custom: { input: 'free' } }] },
      {},
    ]);
    expect(choicesOf(text).at(-1)).toMatchObject({ finish_reason: 'tool_calls' });
  });

  it('cites with ranges of the whole text', () => {
    const raw = { family: 'anthropic', value: {} };
    const text = writeStream([
      { kind: 'text-delta', part: 0, text: 'abc' },
      { kind: 'text-end', part: 0 },
      { kind: 'text-delta', part: 1, text: 'defg' },
      { kind: 'text-citation', part: 1, citation: { kind: 'url', url: 'https://x', start: 1, end: 2, raw } },
      FINISH,
    ]);
    expect(deltasOf(text)[2]).toMatchObject({
      annotations: [{ url_citation: { start_index: 4, end_index: 5, url: 'https://x' } }],
    });
  });

  it('says the same as the plain answer, to a reader of streams', () => {
    const reader = new ChatStreamReader();
    const collector = new AnswerCollector();
    for (const frame of framesOf(writeStream(eventsOf(ANSWER)))) {
      const data = typeof frame === 'string' ? frame : JSON.stringify(frame);
      for (const event of reader.read({ event: undefined, data })) collector.push(event);
    }
    expect(collector.answer).toEqual(readAnswer(writeAnswer(ANSWER, CONTEXT)));
  });

  it('says the same as the plain answer, to OpenAI’s SDK', async () => {
    const text = writeStream(eventsOf(ANSWER));
    const stream = clientFor(text).chat.completions.stream({ ...QUESTION, stream_options: { include_usage: true } });
    const completion = await stream.finalChatCompletion();
    const plain = writeAnswer(ANSWER, CONTEXT) as { choices: readonly [{ message: JsonObject }]; usage: JsonObject };
    const { content, refusal, tool_calls } = plain.choices[0].message;
    expect(completion.choices[0]?.message).toMatchObject({ content, refusal, tool_calls });
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
    expect(completion.usage).toEqual(plain.usage);
  });

  const states: readonly ProviderState[] = [
    { family: 'anthropic', data: 'enc', redacted: true },
    { family: 'openai', id: 'rs_1', data: 'enc' },
    { family: 'gemini', data: 'thought' },
  ];

  it.each(states)('carries the state %j of reasoning and of text', (state) => {
    const reader = new ChatStreamReader();
    const text = writeStream([
      { kind: 'reasoning-delta', part: 0, text: 'hm' },
      { kind: 'reasoning-end', part: 0, state },
      { kind: 'reasoning-start', part: 1 },
      { kind: 'reasoning-end', part: 1, state },
      { kind: 'text-delta', part: 2, text: 'x' },
      { kind: 'text-end', part: 2, state },
      FINISH,
    ]);
    const events = framesOf(text).flatMap((frame) =>
      reader.read({ event: undefined, data: typeof frame === 'string' ? frame : JSON.stringify(frame) }),
    );
    expect(events.filter((event) => event.kind === 'reasoning-end').map((event) => event.state)).toEqual([
      state,
      state,
      state,
    ]);
    expect(events.filter(({ kind }) => kind === 'reasoning-delta')).toHaveLength(1);
  });
});

describe('a stream for a chat client that fails', () => {
  it('ends with an error event and no terminal marker, and nothing follows', () => {
    const writer = new ChatStreamWriter(CONTEXT);
    writer.write({ kind: 'text-delta', part: 0, text: 'half' });
    expect(writer.fail(ERROR)).toBe(
      'event: error\ndata: {"type":"error","error":{"message":"busy","type":"service_unavailable_error","param":null,"code":"server_is_overloaded"}}\n\n',
    );
    expect(writer.write({ kind: 'text-delta', part: 0, text: 'y' }) + writer.write(FINISH)).toBe('');
    expect(writer.end() + writer.fail(ERROR)).toBe('');
  });

  it('does not end cleanly without a finish', () => {
    expect(new ChatStreamWriter(CONTEXT).end()).toBe('');
  });

  it('is raised by OpenAI’s SDK', async () => {
    const writer = new ChatStreamWriter(CONTEXT);
    const text =
      writer.write({ kind: 'text-delta', part: 0, text: 'half' }) + writer.write({ kind: 'error', error: ERROR });
    const stream = await clientFor(text).chat.completions.create({ ...QUESTION, stream: true });
    const seen: string[] = [];
    await expect(async () => {
      for await (const chunk of stream) seen.push(chunk.choices[0]?.delta.content ?? '');
    }).rejects.toMatchObject({ code: 'server_is_overloaded', type: 'service_unavailable_error', message: 'busy' });
    expect(seen).toEqual(['half']);
  });
});

describe('whatever a reader says', () => {
  const part = fc.integer({ min: 0, max: 2 });
  const event = fc.oneof(
    part.map((number): ModelEvent => ({ kind: 'text-delta', part: number, text: 'x' })),
    part.map((number): ModelEvent => ({ kind: 'text-end', part: number, state: { family: 'gemini', data: 's' } })),
    part.map((number): ModelEvent => ({ kind: 'reasoning-delta', part: number, text: 'r' })),
    part.map((number): ModelEvent => ({ kind: 'tool-call-start', part: number, callId: `c${number}`, name: 'f' })),
    part.map((number): ModelEvent => ({ kind: 'tool-call-delta', part: number, argumentsText: '{}' })),
    part.map((number): ModelEvent => ({ kind: 'tool-call-end', part: number })),
    fc.constantFrom<ModelEvent>({ kind: 'answer-start', id: 'late' }, { kind: 'usage', usage: USAGE }, FINISH, {
      kind: 'error',
      error: ERROR,
    }),
  );

  it('a chat stream has one id and role, dense indexes, names once, and one end', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const frames = framesOf(writeStream(events));
        const chunks = frames.filter((frame): frame is JsonObject => typeof frame !== 'string' && !('error' in frame));
        const choices = chunks.flatMap((chunk) => (chunk['choices'] ?? []) as readonly JsonObject[]);
        const deltas = choices.map(({ delta }) => delta as JsonObject);
        expect(new Set(chunks.map(({ id }) => id)).size).toBeLessThanOrEqual(1);
        expect(deltas.map((delta) => delta['role'] === 'assistant').lastIndexOf(true)).toBe(deltas.length > 0 ? 0 : -1);
        const calls = deltas.flatMap((delta) => (delta['tool_calls'] ?? []) as readonly JsonObject[]);
        let last = -1;
        for (const { index, id } of calls) {
          expect(index).toBe(id === undefined ? last : last + 1);
          last = index as number;
        }
        const finishes = choices.filter(({ finish_reason }) => finish_reason !== null).length;
        const errors = frames.filter((frame) => typeof frame !== 'string' && 'error' in frame).length;
        expect(finishes + errors).toBeLessThanOrEqual(1);
        expect(frames.indexOf('[DONE]')).toBe(finishes === 1 ? frames.length - 1 : -1);
      }),
      { numRuns: 300 },
    );
  });
});
