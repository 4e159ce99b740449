import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { StreamFrame } from '../../spec/stream-frame.js';
import { MessagesStreamReader } from './stream-reader.js';
import { readChunks, sse } from './testing/contexts.js';

const START = sse('message_start', {
  message: {
    id: 'msg_1',
    model: 'claude-opus-5',
    usage: { input_tokens: 12, cache_read_input_tokens: 3, output_tokens: 1, service_tier: 'priority' },
  },
});
const END =
  sse('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } }) + sse('message_stop');

function start(index: number, block: JsonObject): string {
  return sse('content_block_start', { index, content_block: block });
}

function delta(index: number, members: JsonObject): string {
  return sse('content_block_delta', { index, delta: members });
}

function stop(index: number): string {
  return sse('content_block_stop', { index });
}

function text(index: number, said: string): string {
  return delta(index, { type: 'text_delta', text: said });
}

function json(index: number, said: string): string {
  return delta(index, { type: 'input_json_delta', partial_json: said });
}

function read(...pieces: readonly string[]): readonly ModelEvent[] {
  return readChunks(new MessagesStreamReader(), [Buffer.from(pieces.join(''))]);
}

/** The events of parts, without what is around them. */
function parts(...pieces: readonly string[]): readonly ModelEvent[] {
  return read(...pieces).filter((event) => 'part' in event);
}

const CITATION = { type: 'web_search_result_location', url: 'https://x', cited_text: 'q', encrypted_index: 'e' };
const STREAM = [
  START,
  sse('ping'),
  ': a comment\n\n',
  start(0, { type: 'thinking', thinking: '', signature: '' }),
  delta(0, { type: 'thinking_delta', thinking: 'hm' }),
  delta(0, { type: 'signature_delta', signature: 's' }),
  stop(0),
  start(1, { type: 'redacted_thinking', data: 'd' }),
  stop(1),
  start(2, { type: 'server_tool_use', id: 'srv', name: 'web_search', input: {} }),
  json(2, '{"query":"x"}'),
  stop(2),
  start(3, { type: 'text', text: '' }),
  text(3, ''),
  `event: content_block_delta\r\ndata: {"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"Grüße 👋"}}\r\n\r\n`,
  delta(3, { type: 'citations_delta', citation: CITATION }),
  sse('some_new_event', { index: 3 }),
  stop(3),
  start(4, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
  json(4, ''),
  json(4, '{"a":"\\'),
  json(4, 'u00e9\\""}'),
  stop(4),
  sse('message_delta', {
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 42, output_tokens_details: { thinking_tokens: 9 } },
  }),
  sse('message_stop').trimEnd(),
].join('');

const EVENTS: readonly unknown[] = [
  { kind: 'answer-start', id: 'msg_1', model: 'claude-opus-5' },
  { kind: 'usage', usage: expect.objectContaining({ inputTokens: 12, cacheReadTokens: 3, outputTokens: undefined }) },
  { kind: 'reasoning-start', part: 0 },
  { kind: 'reasoning-delta', part: 0, text: 'hm' },
  { kind: 'reasoning-end', part: 0, state: { family: 'anthropic', data: 's' } },
  { kind: 'reasoning-start', part: 1 },
  { kind: 'reasoning-end', part: 1, state: { family: 'anthropic', data: 'd', redacted: true } },
  { kind: 'text-start', part: 2 },
  { kind: 'text-delta', part: 2, text: 'Grüße 👋' },
  {
    kind: 'text-citation',
    part: 2,
    citation: { kind: 'url', url: 'https://x', quote: 'q', raw: { family: 'anthropic', value: CITATION } },
  },
  { kind: 'text-end', part: 2 },
  { kind: 'tool-call-start', part: 3, callId: 'toolu_1', name: 'f' },
  { kind: 'tool-call-delta', part: 3, argumentsText: '{"a":"\\' },
  { kind: 'tool-call-delta', part: 3, argumentsText: 'u00e9\\""}' },
  { kind: 'tool-call-end', part: 3 },
  { kind: 'usage', usage: expect.objectContaining({ inputTokens: 12, outputTokens: 42, reasoningTokens: 9 }) },
  { kind: 'finish', finish: { reason: 'tool-calls', raw: 'tool_use' }, serviceTier: 'priority' },
];

describe('a Messages stream', () => {
  it('is read into events', () => {
    expect(read(STREAM)).toEqual(EVENTS);
  });

  it('gives the same events when it is cut in two at every byte', () => {
    const whole = Buffer.from(STREAM);
    const expected = JSON.stringify(read(STREAM));
    const differing: number[] = [];
    for (let at = 0; at <= whole.length; at += 1) {
      const events = readChunks(new MessagesStreamReader(), [whole.subarray(0, at), whole.subarray(at)]);
      if (JSON.stringify(events) !== expected) differing.push(at);
    }
    expect(differing).toEqual([]);
  });

  it('has no finish, and ends no part, when it was cut before its stop reason', () => {
    expect(read(START, start(0, { type: 'text', text: '' }), text(0, 'a')).slice(2)).toEqual([
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'a' },
    ]);
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool-calls'],
    ['pause_turn', 'pause'],
    ['compaction', 'pause'],
    ['refusal', 'refusal'],
    ['something_new', 'other'],
  ])('finishes with %s as %s', (raw, reason) => {
    expect(read(START, sse('message_delta', { delta: { stop_reason: raw, stop_sequence: 'X' } })).at(-1)).toEqual({
      kind: 'finish',
      finish: { reason, raw, stopSequence: 'X' },
      serviceTier: 'priority',
    });
  });

  it('finishes with its last event when no reason was given', () => {
    expect(read(sse('message_stop'))).toEqual([{ kind: 'finish', finish: { reason: 'stop' } }]);
    expect(read(start(0, { type: 'tool_use', id: 'a', name: 'f' }), sse('message_stop')).at(-1)).toEqual({
      kind: 'finish',
      finish: { reason: 'tool-calls' },
    });
  });

  it('lets nothing but usage follow its finish', () => {
    const late = [
      text(0, 'late'),
      sse('error', { error: { type: 'api_error', message: 'late' } }),
      sse('message_delta', { delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 8 } }),
    ];
    expect(read(START, END, ...late).map(({ kind }) => kind)).toEqual([
      'answer-start',
      'usage',
      'usage',
      'finish',
      'usage',
    ]);
  });

  it('ends with an error of the provider, and nothing follows', () => {
    const error = sse('error', { error: { type: 'overloaded_error', message: 'Overloaded' } });
    expect(read(START, error, text(0, 'late'), END).slice(2)).toEqual([
      {
        kind: 'error',
        error: { kind: 'overloaded', status: 529, message: 'Overloaded', type: 'overloaded_error' },
      },
    ]);
  });
});

describe('the blocks of a Messages stream', () => {
  it('end when their server forgets to say so: with the next block, or with the answer', () => {
    expect(parts(start(0, { type: 'text', text: '' }), text(0, 'a'), start(1, { type: 'thinking' }), END)).toEqual([
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'a' },
      { kind: 'text-end', part: 0 },
      { kind: 'reasoning-start', part: 1 },
      { kind: 'reasoning-end', part: 1 },
    ]);
  });

  it('let a call wait for the rest of its arguments, but not when they are complete', () => {
    const call = (index: number): string => start(index, { type: 'tool_use', id: `t${index}`, name: 'f', input: {} });
    const kinds = parts(call(0), json(0, '{"a"'), call(1), json(0, ':1}'), json(1, '{}'), call(2), END).map(
      (event) => `${event.kind} ${'part' in event ? event.part : ''}`,
    );
    expect(kinds).toEqual([
      'tool-call-start 0',
      'tool-call-delta 0',
      'tool-call-start 1',
      'tool-call-delta 0',
      'tool-call-delta 1',
      'tool-call-end 0',
      'tool-call-end 1',
      'tool-call-start 2',
      'tool-call-end 2',
    ]);
  });

  it('hold what stands in their start already', () => {
    expect(
      parts(
        start(0, { type: 'text', text: 'a', citations: [CITATION] }),
        stop(0),
        start(1, { type: 'thinking', thinking: 'b', signature: 's' }),
        stop(1),
        start(2, { type: 'tool_use', id: 't', name: 'f', input: { x: 1 } }),
        stop(2),
      ).map((event) => ('text' in event ? event.text : 'argumentsText' in event ? event.argumentsText : event.kind)),
    ).toEqual([
      'text-start',
      'a',
      'text-citation',
      'text-end',
      'reasoning-start',
      'b',
      'reasoning-end',
      'tool-call-start',
      '{"x":1}',
      'tool-call-end',
    ]);
  });

  it('prefer the arguments that come in deltas', () => {
    const call = start(0, { type: 'tool_use', id: 't', name: 'f', input: { x: 1 } });
    expect(parts(call, json(0, '{"y":2}'), stop(0)).slice(1)).toEqual([
      { kind: 'tool-call-delta', part: 0, argumentsText: '{"y":2}' },
      { kind: 'tool-call-end', part: 0 },
    ]);
  });

  it('are understood without their start when they say what they are', () => {
    expect(parts(text(0, 'a'), delta(1, { type: 'thinking_delta', thinking: 'b' }), json(2, '{}'), stop(1))).toEqual([
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'a' },
      { kind: 'text-end', part: 0 },
      { kind: 'reasoning-start', part: 1 },
      { kind: 'reasoning-delta', part: 1, text: 'b' },
      { kind: 'reasoning-end', part: 1 },
    ]);
  });

  it('are left out with their deltas when their kind is not known, and so are deltas that are not', () => {
    expect(
      parts(
        start(0, { type: 'compaction' }),
        text(0, 'no'),
        stop(0),
        start(1, { type: 'text' }),
        json(1, '{}'),
        stop(1),
      ),
    ).toEqual([
      { kind: 'text-start', part: 0 },
      { kind: 'text-end', part: 0 },
    ]);
  });
});

/** Frames that are nearly right, in any order. */
function anyFrame(): fc.Arbitrary<StreamFrame> {
  const index = fc.constantFrom(0, 1, 2, -1, 'x');
  const blockType = fc.constantFrom('text', 'thinking', 'redacted_thinking', 'tool_use', 'server_tool_use');
  const deltaType = fc.constantFrom('text_delta', 'thinking_delta', 'signature_delta', 'input_json_delta', 'new_delta');
  const value = fc.constantFrom('', 'a', '{', '{}', 7, null);
  const data = fc.oneof(
    fc.record({
      type: fc.constant('content_block_start'),
      index,
      content_block: fc.record({ type: blockType, text: value, id: value }),
    }),
    fc.record({
      type: fc.constant('content_block_delta'),
      index,
      delta: fc.record({ type: deltaType, text: value, thinking: value, partial_json: value, signature: value }),
    }),
    fc.record({ type: fc.constant('content_block_stop'), index }),
    fc.record({ type: fc.constant('message_start'), message: fc.jsonValue() }),
    fc.record({
      type: fc.constant('message_delta'),
      delta: fc.record({ stop_reason: fc.constantFrom(null, 'end_turn') }),
      usage: fc.jsonValue(),
    }),
    fc.record({ type: fc.constantFrom('message_stop', 'error', 'ping', 'other') }),
    fc.jsonValue(),
  );
  const text = fc.oneof({ weight: 9, arbitrary: data.map((value) => JSON.stringify(value)) }, fc.string());
  return fc.record({ event: fc.constantFrom(undefined, 'message_start', 'content_block_delta', 'x'), data: text });
}

describe('the reader of Messages streams', () => {
  it('never throws, and balances what it starts and ends, whatever the frames', () => {
    fc.assert(
      fc.property(fc.array(anyFrame(), { maxLength: 30 }), (frames) => {
        const reader = new MessagesStreamReader();
        const events = [...frames.flatMap((frame) => reader.read(frame)), ...reader.end()];
        const open = new Map<number, string>();
        const ended = new Set<number>();
        let finished = false;
        for (const event of events) {
          expect(finished && event.kind !== 'usage').toBe(false);
          finished ||= event.kind === 'finish' || event.kind === 'error';
          if (event.kind === 'finish') expect(open.size).toBe(0);
          if (!('part' in event)) continue;
          const kind = event.kind.startsWith('tool-call') ? 'tool-call' : event.kind.split('-')[0];
          if (event.kind.endsWith('-start')) {
            expect(ended.has(event.part) || open.has(event.part)).toBe(false);
            open.set(event.part, kind ?? '');
          } else {
            expect(open.get(event.part)).toBe(kind);
          }
          if (event.kind.endsWith('-end')) {
            open.delete(event.part);
            ended.add(event.part);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
