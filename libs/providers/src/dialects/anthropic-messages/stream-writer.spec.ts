import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readState } from '../../hub/state-envelope.js';
import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelError } from '../../spec/model-error.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { Usage } from '../../spec/usage.js';
import { MessagesStreamReader } from './stream-reader.js';
import { MessagesStreamWriter } from './stream-writer.js';
import { anAnswerContext, dataOf, readChunks } from './testing/contexts.js';

const USAGE: Usage = {
  inputTokens: 10,
  outputTokens: 20,
  cacheReadTokens: 3,
  cacheWriteTokens: 7,
  cacheWrite1hTokens: 5,
  reasoningTokens: 4,
  inputAudioTokens: undefined,
  outputAudioTokens: undefined,
};
const FINISH: ModelEvent = { kind: 'finish', finish: { reason: 'stop' } };
const FAILURE: ModelError = { kind: 'overloaded', status: 529, message: 'busy' };

function write(events: readonly ModelEvent[], context: Partial<AnswerContext> = {}): string {
  const writer = new MessagesStreamWriter(anAnswerContext(context));
  return events.map((event) => writer.write(event)).join('') + writer.end();
}

/** The data of what is written for some parts, without the events around them. */
function blocks(...events: readonly ModelEvent[]): readonly JsonObject[] {
  return dataOf(write([...events, FINISH])).slice(1, -2);
}

function start(index: number, block: JsonObject): JsonObject {
  return { type: 'content_block_start', index, content_block: block };
}

function delta(index: number, members: JsonObject): JsonObject {
  return { type: 'content_block_delta', index, delta: members };
}

function stop(index: number): JsonObject {
  return { type: 'content_block_stop', index };
}

const THINKING = { type: 'thinking', thinking: '', signature: '' };

describe('a written Messages stream', () => {
  it('begins with what is known of the input, and ends with all that was said of usage', () => {
    const stream = write([
      { kind: 'answer-start', id: 'chatcmpl-1', model: 'gpt' },
      { kind: 'usage', usage: { ...USAGE, outputTokens: undefined, reasoningTokens: undefined } },
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'a' },
      FINISH,
      { kind: 'usage', usage: USAGE },
    ]);
    const input = {
      input_tokens: 10,
      cache_creation_input_tokens: 7,
      cache_read_input_tokens: 3,
      server_tool_use: null,
    };
    expect(dataOf(stream)).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'chatcmpl-1',
          type: 'message',
          role: 'assistant',
          model: 'asked-for',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          stop_details: null,
          container: null,
          diagnostics: null,
          usage: {
            ...input,
            output_tokens: 0,
            output_tokens_details: null,
            cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 5 },
          },
        },
      },
      start(0, { type: 'text', text: '' }),
      delta(0, { type: 'text_delta', text: 'a' }),
      stop(0),
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: null },
        usage: { ...input, output_tokens: 20, output_tokens_details: { thinking_tokens: 4 } },
      },
      { type: 'message_stop' },
    ]);
  });

  it('is whole without any content, any id and any usage', () => {
    const [first, ...rest] = dataOf(write([FINISH]));
    expect(first).toMatchObject({ message: { id: 'msg_abc', usage: { input_tokens: 0, output_tokens: 0 } } });
    expect(rest.map(({ type }) => type)).toEqual(['message_delta', 'message_stop']);
    expect(dataOf(write([FINISH], { fallbackId: 'msg_1' }))[0]).toMatchObject({ message: { id: 'msg_1' } });
  });

  it('has blocks one after the other, numbered densely, in the order in which their parts began', () => {
    expect(
      blocks(
        { kind: 'reasoning-start', part: 7 },
        { kind: 'reasoning-delta', part: 7, text: 'hm' },
        { kind: 'reasoning-end', part: 7, state: { family: 'anthropic', data: 's' } },
        { kind: 'text-start', part: 2 },
        { kind: 'text-delta', part: 2, text: 'a' },
        { kind: 'tool-call-start', part: 3, callId: 'c1', name: 'f' },
        { kind: 'tool-call-start', part: 4, callId: 'c2', name: 'g' },
        { kind: 'tool-call-delta', part: 4, argumentsText: '{}' },
        { kind: 'tool-call-delta', part: 3, argumentsText: '{"x":1}' },
      ),
    ).toEqual([
      start(0, THINKING),
      delta(0, { type: 'thinking_delta', thinking: 'hm' }),
      delta(0, { type: 'signature_delta', signature: 's' }),
      stop(0),
      start(1, { type: 'text', text: '' }),
      delta(1, { type: 'text_delta', text: 'a' }),
      stop(1),
      start(2, { type: 'tool_use', id: 'c1', name: 'f', input: {} }),
      delta(2, { type: 'input_json_delta', partial_json: '{"x":1}' }),
      stop(2),
      start(3, { type: 'tool_use', id: 'c2', name: 'g', input: {} }),
      delta(3, { type: 'input_json_delta', partial_json: '{}' }),
      stop(3),
    ]);
  });

  it('has no empty blocks, because clients send them back and Anthropic refuses them', () => {
    expect(
      blocks(
        { kind: 'text-start', part: 0 },
        { kind: 'text-delta', part: 0, text: '' },
        { kind: 'text-end', part: 0 },
        { kind: 'reasoning-start', part: 1 },
        { kind: 'reasoning-end', part: 1 },
      ),
    ).toEqual([]);
  });

  it('carries states of other families in thinking without text: before the call, behind the text', () => {
    const state = { family: 'gemini', data: 'g' } as const;
    const written = blocks(
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'a' },
      { kind: 'text-end', part: 0, state },
      { kind: 'tool-call-start', part: 1, callId: 'c', name: 'f', state },
    );
    expect(written.map((event) => event['type'] === 'content_block_start' && event['content_block'])).toEqual([
      { type: 'text', text: '' },
      false,
      false,
      THINKING,
      false,
      false,
      THINKING,
      false,
      false,
      { type: 'tool_use', id: 'c', name: 'f', input: {} },
      false,
    ]);
    const carried = written[4]?.['delta'] as JsonObject | undefined;
    expect(readState(String(carried?.['signature']), 'anthropic')).toEqual(state);
  });

  it('shows redacted thinking as such', () => {
    const state = { family: 'anthropic', data: 'd', redacted: true } as const;
    expect(blocks({ kind: 'reasoning-start', part: 0 }, { kind: 'reasoning-end', part: 0, state })).toEqual([
      start(0, { type: 'redacted_thinking', data: 'd' }),
      stop(0),
    ]);
  });

  it('cites the web, in the words of the vendor when it is Anthropic', () => {
    const own = { type: 'char_location', cited_text: 'q', document_index: 0 };
    const written = blocks(
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'a' },
      { kind: 'text-citation', part: 0, citation: { kind: 'document', raw: { family: 'anthropic', value: own } } },
      {
        kind: 'text-citation',
        part: 0,
        citation: { kind: 'url', url: 'https://x', title: 'X', raw: { family: 'openai', value: {} } },
      },
      { kind: 'text-citation', part: 0, citation: { kind: 'document', raw: { family: 'openai', value: {} } } },
    );
    expect(written.slice(2, -1)).toEqual([
      delta(0, { type: 'citations_delta', citation: own }),
      delta(0, {
        type: 'citations_delta',
        citation: {
          type: 'web_search_result_location',
          url: 'https://x',
          title: 'X',
          cited_text: '',
          encrypted_index: '',
        },
      }),
    ]);
  });

  it('has arguments that are an object when the model wrote free text', () => {
    const written = blocks(
      { kind: 'tool-call-start', part: 0, callId: 'c', name: 'f', freeText: true },
      { kind: 'tool-call-delta', part: 0, argumentsText: 'say "h' },
      { kind: 'tool-call-delta', part: 0, argumentsText: 'i"\n\ud83d' },
      { kind: 'tool-call-delta', part: 0, argumentsText: '\udc4b' },
    );
    const json = written.map((event) => (event['delta'] as JsonObject | undefined)?.['partial_json'] ?? '').join('');
    expect(JSON.parse(json)).toEqual({ input: 'say "hi"\n👋' });
  });

  it('names calls that the vendor did not', () => {
    expect(blocks({ kind: 'tool-call-start', part: 0, callId: '', name: '' })[0]).toEqual(
      start(0, { type: 'tool_use', id: 'toolu_lwgw_msg_abc_0', name: 'tool', input: {} }),
    );
  });

  it.each<[readonly ModelEvent[], ModelEvent & { kind: 'finish' }, JsonObject]>([
    [
      [],
      { kind: 'finish', finish: { reason: 'stop', stopSequence: 'X' } },
      { stop_reason: 'stop_sequence', stop_sequence: 'X' },
    ],
    [[], { kind: 'finish', finish: { reason: 'length' } }, { stop_reason: 'max_tokens' }],
    [
      [],
      { kind: 'finish', finish: { reason: 'length', raw: 'model_context_window_exceeded' } },
      { stop_reason: 'model_context_window_exceeded' },
    ],
    [[], { kind: 'finish', finish: { reason: 'content-filter' } }, { stop_reason: 'refusal' }],
    [[], { kind: 'finish', finish: { reason: 'refusal' } }, { stop_reason: 'refusal' }],
    [[], { kind: 'finish', finish: { reason: 'pause' } }, { stop_reason: 'pause_turn' }],
    [[], { kind: 'finish', finish: { reason: 'other', raw: 'x' } }, { stop_reason: 'end_turn' }],
    [[], { kind: 'finish', finish: { reason: 'tool-calls' } }, { stop_reason: 'end_turn' }],
    [
      [{ kind: 'tool-call-start', part: 0, callId: 'c', name: 'f' }],
      { kind: 'finish', finish: { reason: 'stop' } },
      { stop_reason: 'tool_use' },
    ],
    [
      [{ kind: 'tool-call-start', part: 0, callId: 'c', name: 'f' }],
      { kind: 'finish', finish: { reason: 'length' } },
      { stop_reason: 'max_tokens' },
    ],
    [
      [
        { kind: 'refusal-start', part: 0 },
        { kind: 'refusal-delta', part: 0, text: 'no' },
      ],
      { kind: 'finish', finish: { reason: 'stop' } },
      { stop_reason: 'refusal' },
    ],
  ])('tells why the answer ended: %j, %j', (events, finish, expected) => {
    expect(dataOf(write([...events, finish])).at(-2)).toMatchObject({ delta: expected });
  });
});

describe('a Messages stream that fails', () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'busy' } };

  it('has its start, its open block closed, the error and nothing after it', () => {
    const writer = new MessagesStreamWriter(anAnswerContext());
    const written =
      writer.write({ kind: 'text-delta', part: 0, text: 'a' }) +
      writer.fail(FAILURE) +
      writer.write({ kind: 'text-delta', part: 0, text: 'b' }) +
      writer.write(FINISH) +
      writer.end() +
      writer.fail(FAILURE);
    expect(dataOf(written).map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'error',
    ]);
    expect(dataOf(written).at(-1)).toEqual(error);
  });

  it('begins even if nothing came before', () => {
    expect(dataOf(write([{ kind: 'error', error: FAILURE }]))).toEqual([
      expect.objectContaining({ type: 'message_start' }),
      error,
    ]);
  });

  it('never looks whole when it was not finished', () => {
    const types = dataOf(write([{ kind: 'text-delta', part: 0, text: 'a' }])).map(({ type }) => type);
    expect(types.at(-1)).toBe('error');
    expect(types).not.toContain('message_stop');
  });
});

/** Events in any order, of parts that interleave, with anything missing. */
function anyEvents(): fc.Arbitrary<ModelEvent[]> {
  const part = fc.integer({ min: 0, max: 3 });
  const text = fc.constantFrom('', 'a', '"');
  const state = fc.constantFrom(
    undefined,
    { family: 'gemini', data: 'g' } as const,
    { family: 'anthropic', data: 'd', redacted: true } as const,
  );
  const event: fc.Arbitrary<ModelEvent> = fc.oneof(
    fc.constant<ModelEvent>({ kind: 'answer-start', id: 'x' }),
    part.map((number): ModelEvent => ({ kind: 'text-start', part: number })),
    fc.tuple(part, text).map(([number, said]): ModelEvent => ({ kind: 'text-delta', part: number, text: said })),
    fc.tuple(part, text).map(([number, said]): ModelEvent => ({ kind: 'reasoning-delta', part: number, text: said })),
    fc.tuple(part, text).map(([number, said]): ModelEvent => ({ kind: 'refusal-delta', part: number, text: said })),
    fc
      .tuple(part, state)
      .map(([number, held]): ModelEvent => ({ kind: 'reasoning-end', part: number, ...(held && { state: held }) })),
    fc
      .tuple(part, state)
      .map(([number, held]): ModelEvent => ({ kind: 'text-end', part: number, ...(held && { state: held }) })),
    fc.tuple(part, state, fc.boolean()).map(([number, held, freeText]): ModelEvent => ({
      kind: 'tool-call-start',
      part: number,
      callId: `c${number}`,
      name: 'f',
      freeText,
      ...(held && { state: held }),
    })),
    part.map((number): ModelEvent => ({ kind: 'tool-call-delta', part: number, argumentsText: '{}' })),
    part.map((number): ModelEvent => ({ kind: 'tool-call-end', part: number })),
    part.map((number): ModelEvent => ({
      kind: 'media',
      part: number,
      media: { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AA' } },
    })),
    fc.constant<ModelEvent>({ kind: 'usage', usage: USAGE }),
  );
  const end = fc.constantFrom<ModelEvent[]>([FINISH], [FINISH, FINISH], [{ kind: 'error', error: FAILURE }], []);
  return fc
    .tuple(fc.array(event, { maxLength: 40 }), end, fc.array(event, { maxLength: 3 }))
    .map((lists) => lists.flat());
}

describe('the grammar of a Messages stream', () => {
  it('holds, whatever comes in', () => {
    fc.assert(
      fc.property(anyEvents(), (events) => {
        const written = dataOf(write(events));
        const types = written.map(({ type }) => type);
        expect(types.indexOf('message_start')).toBe(0);
        expect(types.lastIndexOf('message_start')).toBe(0);
        expect(types.at(-1)).toBe(types.includes('error') ? 'error' : 'message_stop');
        expect(types.filter((type) => type === 'error' || type === 'message_delta')).toHaveLength(1);
        if (!types.includes('error')) expect(types.at(-2)).toBe('message_delta');
        let open: number | undefined;
        let next = 0;
        for (const { type, index } of written) {
          if (type === 'content_block_start') {
            expect([open, index]).toEqual([undefined, next]);
            open = next;
            next += 1;
          } else if (type === 'content_block_delta' || type === 'content_block_stop') {
            expect(index).toBe(open);
            if (type === 'content_block_stop') open = undefined;
          } else {
            expect(open).toBeUndefined();
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is what our own reader reads back: the same text, calls and end', () => {
    fc.assert(
      fc.property(anyEvents(), (events) => {
        const stream = write(events);
        const back = readChunks(new MessagesStreamReader(), [Buffer.from(stream)]);
        expect(write(back, { model: 'asked-for' })).toBe(stream);
      }),
    );
  });

  it("is what Anthropic's own client reads, event by event, into the same message", async () => {
    const stream = write([
      { kind: 'reasoning-start', part: 0 },
      { kind: 'reasoning-delta', part: 0, text: 'hm' },
      { kind: 'reasoning-end', part: 0, state: { family: 'anthropic', data: 's' } },
      { kind: 'text-start', part: 1 },
      { kind: 'text-delta', part: 1, text: 'Grüße ' },
      { kind: 'text-delta', part: 1, text: '👋' },
      { kind: 'tool-call-start', part: 2, callId: 'toolu_1', name: 'f' },
      { kind: 'tool-call-delta', part: 2, argumentsText: '{"a":"\\u00' },
      { kind: 'tool-call-delta', part: 2, argumentsText: 'e9"}' },
      { kind: 'finish', finish: { reason: 'tool-calls' } },
      { kind: 'usage', usage: USAGE },
    ]);
    const headers = { 'content-type': 'text/event-stream' };
    const client = new Anthropic({ apiKey: 'none', fetch: async () => new Response(stream, { headers }) });
    const message = await client.messages
      .stream({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] })
      .finalMessage();
    expect(message).toMatchObject({
      id: 'msg_abc',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 's' },
        { type: 'text', text: 'Grüße 👋' },
        { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 'é' } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 10, output_tokens: 20, cache_read_input_tokens: 3, cache_creation_input_tokens: 7 },
    });
  });

  it("fails Anthropic's own client with the error, when the stream fails", async () => {
    const stream = write([
      { kind: 'text-delta', part: 0, text: 'a' },
      { kind: 'error', error: FAILURE },
    ]);
    const headers = { 'content-type': 'text/event-stream' };
    const client = new Anthropic({ apiKey: 'none', fetch: async () => new Response(stream, { headers }) });
    const answer = client.messages
      .stream({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] })
      .finalMessage();
    await expect(answer).rejects.toMatchObject({ type: 'overloaded_error', apiMessage: 'busy' });
  });
});
