import fc from 'fast-check';
import { APIError } from 'openai';
import { describe, expect, it } from 'vitest';
import { parseObject } from '../../json/read-json.js';
import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelError } from '../../spec/model-error.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { Usage } from '../../spec/usage.js';
import { readSseFrame } from '../../transport/sse-frame.js';
import { readRequest } from './read-request.js';
import { ResponsesStreamWriter } from './stream-writer.js';
import { answerContext } from './testing/contexts.js';
import { streamingSdkClient } from './testing/sdk-client.js';

const USAGE: Usage = {
  inputTokens: 3,
  outputTokens: 4,
  cacheReadTokens: undefined,
  cacheWriteTokens: undefined,
  cacheWrite1hTokens: undefined,
  reasoningTokens: undefined,
  inputAudioTokens: undefined,
  outputAudioTokens: undefined,
};

const ERROR: ModelError = { kind: 'overloaded', status: 529, message: 'too many at once', type: 'overloaded_error' };
const FINISH: ModelEvent = { kind: 'finish', finish: { reason: 'stop' } };

function write(events: readonly ModelEvent[], context: AnswerContext = answerContext()): string {
  const writer = new ResponsesStreamWriter(context);
  return events.map((event) => writer.write(event)).join('') + writer.end();
}

function framesOf(text: string): readonly JsonObject[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((event) => {
      const frame = readSseFrame(Buffer.from(event));
      const data = parseObject(frame?.data ?? '');
      expect(frame?.event).toBe(data?.['type']);
      return data ?? {};
    });
}

function typesOf(text: string): readonly string[] {
  return framesOf(text).map(({ type }) => String(type));
}

const EVERYTHING: readonly ModelEvent[] = [
  { kind: 'answer-start', id: 'msg_01', model: 'claude' },
  { kind: 'reasoning-start', part: 0 },
  { kind: 'reasoning-delta', part: 0, text: 'hm' },
  { kind: 'reasoning-end', part: 0, state: { family: 'anthropic', data: 'sig' } },
  { kind: 'text-start', part: 1 },
  { kind: 'text-delta', part: 1, text: 'Grüße' },
  {
    kind: 'text-citation',
    part: 1,
    citation: { kind: 'url', url: 'https://a.de', raw: { family: 'anthropic', value: {} } },
  },
  { kind: 'text-end', part: 1 },
  { kind: 'refusal-start', part: 2 },
  { kind: 'refusal-delta', part: 2, text: 'no' },
  { kind: 'refusal-end', part: 2 },
  { kind: 'tool-call-start', part: 3, callId: 'c1', name: 'f' },
  { kind: 'tool-call-delta', part: 3, argumentsText: '{"a":' },
  { kind: 'tool-call-delta', part: 3, argumentsText: '1}' },
  { kind: 'tool-call-end', part: 3 },
  { kind: 'tool-call-start', part: 4, callId: 'c2', name: 'p', freeText: true },
  { kind: 'tool-call-delta', part: 4, argumentsText: 'raw' },
  { kind: 'tool-call-end', part: 4 },
  { kind: 'usage', usage: USAGE },
  { kind: 'finish', finish: { reason: 'tool-calls' }, serviceTier: 'standard' },
];

describe('a stream for a Responses client', () => {
  it('has the events of OpenAI, in the order of OpenAI', () => {
    expect(typesOf(write(EVERYTHING))).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.annotation.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.content_part.added',
      'response.refusal.delta',
      'response.refusal.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.custom_tool_call_input.delta',
      'response.custom_tool_call_input.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  it('is put together by the official SDK to the answer that its last event repeats', async () => {
    const text = write(EVERYTHING);
    const last = framesOf(text).at(-1)?.['response'] as JsonObject;
    const response = await streamingSdkClient(text).responses.stream({ model: 'm', input: 'x' }).finalResponse();
    const { output_text, output_parsed: _, ...rest } = response;
    expect(output_text).toBe('Grüße');
    expect(rest).toMatchObject(last);
    expect(last).toMatchObject({
      id: 'resp_msg_01',
      status: 'completed',
      model: 'my-model',
      service_tier: 'standard',
      usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 },
    });
  });

  it('ends incomplete, with what it ended in, when the answer was cut for length', () => {
    const frames = framesOf(
      write([
        { kind: 'tool-call-start', part: 0, callId: 'c', name: 'f' },
        { kind: 'tool-call-delta', part: 0, argumentsText: '{"a' },
        { kind: 'tool-call-end', part: 0 },
        { kind: 'finish', finish: { reason: 'length' } },
      ]),
    );
    expect(frames.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: [{ type: 'function_call', status: 'incomplete', arguments: '{"a' }],
      },
    });
  });

  it('starts before its first content, also when the vendor announced nothing, and is whole when there is none', () => {
    expect(typesOf(write([FINISH]))).toEqual(['response.created', 'response.in_progress', 'response.completed']);
    const writer = new ResponsesStreamWriter(answerContext());
    expect(writer.write({ kind: 'usage', usage: USAGE })).toBe('');
    expect(typesOf(writer.write({ kind: 'text-delta', part: 0, text: 'x' }))[0]).toBe('response.created');
  });

  it('does not end when it was not finished', () => {
    const writer = new ResponsesStreamWriter(answerContext());
    writer.write({ kind: 'text-delta', part: 0, text: 'x' });
    expect(writer.end()).toBe('');
  });

  it('takes usage that comes after the finish', () => {
    const frames = framesOf(write([FINISH, { kind: 'usage', usage: USAGE }]));
    expect(frames.at(-1)).toMatchObject({ response: { usage: { total_tokens: 7 } } });
  });

  it('gives a call without arguments an object, and turns calls back to the client’s tools', () => {
    const tools = [
      { type: 'namespace', name: 'ns', tools: [{ type: 'function', name: 'f' }] },
      { type: 'custom', name: 'patch' },
    ];
    const frames = framesOf(
      write(
        [
          { kind: 'tool-call-start', part: 0, callId: 'a', name: 'ns__f' },
          { kind: 'tool-call-end', part: 0 },
          { kind: 'tool-call-start', part: 1, callId: 'b', name: 'patch' },
          { kind: 'tool-call-delta', part: 1, argumentsText: '{"inp' },
          { kind: 'tool-call-delta', part: 1, argumentsText: 'ut":"*** x"}' },
          { kind: 'tool-call-end', part: 1 },
          FINISH,
        ],
        answerContext({ request: readRequest({ input: 'x', tools }) }),
      ),
    );
    const deltas = frames.filter(({ type }) => String(type).endsWith('.delta'));
    expect(deltas.map(({ type, delta }) => [type, delta])).toEqual([
      ['response.function_call_arguments.delta', '{}'],
      ['response.custom_tool_call_input.delta', '*** x'],
    ]);
    expect(frames.at(-1)).toMatchObject({
      response: {
        output: [
          { type: 'function_call', namespace: 'ns', name: 'f', arguments: '{}' },
          { type: 'custom_tool_call', name: 'patch', input: '*** x' },
        ],
      },
    });
  });

  it('sends the client’s search for tools in one piece, with arguments that are no text', () => {
    const tools = [{ type: 'tool_search', execution: 'client', parameters: { type: 'object' } }];
    const text = write(
      [
        { kind: 'tool-call-start', part: 0, callId: 'a', name: 'tool_search' },
        { kind: 'tool-call-delta', part: 0, argumentsText: '{"query":' },
        { kind: 'tool-call-delta', part: 0, argumentsText: '"docs"}' },
        { kind: 'tool-call-end', part: 0 },
        FINISH,
      ],
      answerContext({ request: readRequest({ input: 'x', tools }) }),
    );
    expect(typesOf(text).slice(2)).toEqual([
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ]);
    const item = { type: 'tool_search_call', call_id: 'a', execution: 'client', arguments: { query: 'docs' } };
    const frames = framesOf(text);
    expect(frames.at(-2)).toMatchObject({ item: { ...item, id: expect.stringMatching(/^tsc_/), status: 'completed' } });
    expect(frames.at(-1)).toMatchObject({ response: { output: [item], tools } });
  });

  it('holds the state of a call before it', () => {
    const state = { family: 'gemini', data: 'thought' } as const;
    const frames = framesOf(
      write([
        { kind: 'tool-call-start', part: 0, callId: 'a', name: 'f', state },
        { kind: 'tool-call-end', part: 0 },
        FINISH,
      ]),
    );
    expect(frames.at(-1)).toMatchObject({
      response: { output: [{ type: 'reasoning', summary: [] }, { type: 'function_call' }] },
    });
  });

  it('shows an image in one piece', () => {
    const source = { kind: 'data', mediaType: 'image/png', base64: 'iVBO' } as const;
    const text = write([{ kind: 'media', part: 0, media: { kind: 'media', medium: 'image', source } }, FINISH]);
    expect(typesOf(text)).toContain('response.image_generation_call.completed');
    expect(framesOf(text).at(-1)).toMatchObject({ response: { output: [{ result: 'iVBO', output_format: 'png' }] } });
  });
});

describe('a stream for a Responses client that breaks off', () => {
  const broken = (): string => {
    const writer = new ResponsesStreamWriter(answerContext());
    return writer.write({ kind: 'text-delta', part: 0, text: 'Hel' }) + writer.fail(ERROR);
  };

  it('is raised by the official SDK', async () => {
    const stream = await streamingSdkClient(broken()).responses.create({ model: 'm', input: 'x', stream: true });
    const consume = async (): Promise<void> => {
      for await (const event of stream) expect(event.type).not.toBe('response.completed');
    };
    await expect(consume()).rejects.toThrow(APIError);
    await expect(
      streamingSdkClient(broken()).responses.stream({ model: 'm', input: 'x' }).finalResponse(),
    ).rejects.toMatchObject({ message: 'too many at once', code: 'server_is_overloaded' });
  });

  it('tells Codex what happened: it looks at failed responses alone', () => {
    expect(framesOf(broken()).at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_is_overloaded', message: 'too many at once' } },
    });
  });

  it.each([
    ['content-filter', 'invalid_prompt'],
    ['invalid-request', 'invalid_prompt'],
    ['context-length', 'context_length_exceeded'],
    ['billing', 'insufficient_quota'],
    ['rate-limit', 'rate_limit_exceeded'],
    ['server', 'server_error'],
  ] as const)('tells Codex with %s whether to try again: %s', (kind, code) => {
    const text = new ResponsesStreamWriter(answerContext()).fail({ kind, status: 400, message: 'm' });
    expect(framesOf(text).at(-1)).toMatchObject({ response: { error: { code, message: 'm' } } });
  });

  it('says nothing more, whatever comes', () => {
    const writer = new ResponsesStreamWriter(answerContext());
    expect(typesOf(writer.write({ kind: 'error', error: ERROR }))).toEqual(['error', 'response.failed']);
    expect(writer.write(FINISH) + writer.end() + writer.fail(ERROR)).toBe('');
  });

  it('says nothing more once it has ended', () => {
    const writer = new ResponsesStreamWriter(answerContext());
    writer.write(FINISH);
    writer.end();
    expect(writer.end() + writer.fail(ERROR) + writer.write({ kind: 'usage', usage: USAGE })).toBe('');
  });
});

describe('the grammar of a stream for a Responses client', () => {
  const part = fc.integer({ min: 0, max: 3 });
  const state = fc.option(fc.constant({ family: 'gemini', data: 'x' } as const), { nil: undefined });
  const event = fc.oneof(
    fc.constant<ModelEvent>({ kind: 'answer-start', id: 'a' }),
    part.map((number): ModelEvent => ({ kind: 'text-start', part: number })),
    part.map((number): ModelEvent => ({ kind: 'text-delta', part: number, text: 'x' })),
    part.map((number): ModelEvent => ({ kind: 'text-end', part: number })),
    part.map((number): ModelEvent => ({ kind: 'reasoning-start', part: number })),
    part.map((number): ModelEvent => ({ kind: 'reasoning-delta', part: number, text: 'r' })),
    fc.tuple(part, state).map(([number, given]): ModelEvent => ({
      kind: 'reasoning-end',
      part: number,
      ...(given === undefined ? {} : { state: given }),
    })),
    part.map((number): ModelEvent => ({ kind: 'refusal-delta', part: number, text: 'n' })),
    fc.tuple(part, fc.boolean()).map(([number, freeText]): ModelEvent => ({
      kind: 'tool-call-start',
      part: number,
      callId: `c${number}`,
      name: 'f',
      ...(freeText ? { freeText } : {}),
    })),
    part.map((number): ModelEvent => ({ kind: 'tool-call-delta', part: number, argumentsText: '{}' })),
    part.map((number): ModelEvent => ({ kind: 'tool-call-end', part: number })),
    fc.constant<ModelEvent>({ kind: 'usage', usage: USAGE }),
    fc.constant<ModelEvent>({
      kind: 'media',
      part: 9,
      media: { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AA' } },
    }),
  );

  it('holds whatever comes in: numbered densely, one item after the other, each begun and ended once', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const frames = framesOf(write([...events, FINISH]));
        expect(frames.map(({ sequence_number }) => sequence_number)).toEqual(frames.map((_, index) => index));
        expect(frames.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress']);
        expect(frames.filter(({ type }) => type === 'response.completed')).toEqual([frames.at(-1)]);
        const done: JsonObject[] = [];
        let openIndex: unknown;
        for (const { type, output_index, item } of frames.slice(2, -1)) {
          if (type === 'response.output_item.added') {
            expect(openIndex).toBeUndefined();
            expect(output_index).toBe(done.length);
            openIndex = output_index;
          }
          expect(output_index).toBe(openIndex);
          if (type === 'response.output_item.done') {
            done.push(item as JsonObject);
            openIndex = undefined;
          }
        }
        expect(openIndex).toBeUndefined();
        expect(frames.at(-1)).toMatchObject({ response: { output: done } });
      }),
      { numRuns: 200 },
    );
  });

  it('is what the official SDK expects, which checks every index and id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
        const text = write([...events, FINISH]);
        const response = await streamingSdkClient(text).responses.stream({ model: 'm', input: 'x' }).finalResponse();
        expect(response.status).toBe('completed');
      }),
      { numRuns: 50 },
    );
  });
});
