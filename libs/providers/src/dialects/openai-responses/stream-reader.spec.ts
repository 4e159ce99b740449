import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import { readAnswer } from './read-answer.js';
import { ResponsesStreamReader } from './stream-reader.js';
import { EVENT_HANDLERS } from './streamed-event-handlers.js';
import { collect } from './testing/collect.js';
import { OPENAI_ANSWER, OPENAI_STREAM } from './testing/openai-answer.js';
import { cut, frame, namelessFrame, readStream } from './testing/streams.js';

function read(text: string): readonly ModelEvent[] {
  return readStream(new ResponsesStreamReader(), [Buffer.from(text)]);
}

function readEvents(events: readonly JsonObject[]): readonly ModelEvent[] {
  return read(events.map(frame).join(''));
}

function without(event: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !names.includes(name)));
}

const WHOLE = OPENAI_STREAM.map(frame).join('');

describe('a Responses stream of OpenAI', () => {
  it('tells the answer that OpenAI gives when it does not stream', () => {
    expect(collect(read(WHOLE))).toEqual(readAnswer(OPENAI_ANSWER));
  });

  it('gives the same events when it is cut in two at every byte', () => {
    const streamed = OPENAI_STREAM.filter(({ type }) => String(type).endsWith('delta'));
    const end: JsonObject = { type: 'response.completed', response: { id: 'resp_1', usage: OPENAI_ANSWER['usage'] } };
    const slim = [...streamed, end].map((event) => without(event, 'obfuscation', 'sequence_number'));
    const bytes = Buffer.from(slim.map(frame).join(''));
    const eventsWhenCut = (at: readonly number[]): string =>
      JSON.stringify(readStream(new ResponsesStreamReader(), cut(bytes, at)));
    const expected = eventsWhenCut([]);
    for (let at = 0; at <= bytes.length; at += 1) expect(eventsWhenCut([at]), `cut at ${at}`).toBe(expected);
  });

  it('gives the same events with CRLF, comments, pings, unknown events, [DONE] and no last blank line', () => {
    const noise = ': comment\n\nevent: keepalive\ndata: {"type":"keepalive"}\n\ndata: {broken\n\ndata: [1]\n\n';
    const noisy = OPENAI_STREAM.map((event) => noise + frame(event)).join('');
    expect(read(noisy)).toEqual(read(WHOLE));
    expect(read(WHOLE.replaceAll('\n', '\r\n'))).toEqual(read(WHOLE));
    expect(read(WHOLE.trimEnd())).toEqual(read(WHOLE));
    expect(read(`${WHOLE}data: [DONE]\n\n`)).toEqual(read(WHOLE));
  });

  it('gives the same events without event names, and with the type in the name alone', () => {
    expect(read(OPENAI_STREAM.map(namelessFrame).join(''))).toEqual(read(WHOLE));
    const typeless = OPENAI_STREAM.map(
      ({ type, ...rest }) => `event: ${String(type)}\ndata: ${JSON.stringify(rest)}\n\n`,
    );
    expect(read(typeless.join(''))).toEqual(read(WHOLE));
  });

  it('says nothing of an end when it was cut before it', () => {
    const kinds = readEvents(OPENAI_STREAM.slice(0, -1)).map(({ kind }) => kind);
    expect(kinds).not.toContain('finish');
    expect(kinds).not.toContain('usage');
  });

  it('says nothing after its end', () => {
    const events = read(WHOLE + frame({ type: 'response.output_text.delta', output_index: 9, delta: 'more' }) + WHOLE);
    expect(events).toEqual(read(WHOLE));
    expect(events.at(-1)).toMatchObject({ kind: 'finish', finish: { reason: 'tool-calls' }, serviceTier: 'default' });
  });
});

describe('a Responses stream of a server that imitates OpenAI', () => {
  const expected = readAnswer(OPENAI_ANSWER);

  it.each([
    ['announcements of items', 'response.output_item.added'],
    ['announcements of content', 'response.content_part.added'],
    ['ends of content', 'response.content_part.done'],
    ['ends of texts', 'response.output_text.done'],
    ['ends of arguments', 'response.function_call_arguments.done'],
    ['deltas of text', 'response.output_text.delta'],
    ['deltas of reasoning', 'response.reasoning_summary_text.delta'],
    ['deltas of arguments', 'response.function_call_arguments.delta'],
    ['deltas of free text', 'response.custom_tool_call_input.delta'],
    ['annotations', 'response.output_text.annotation.added'],
  ])('may leave out %s', (_name, type) => {
    expect(collect(readEvents(OPENAI_STREAM.filter((event) => event['type'] !== type)))).toEqual(expected);
  });

  it('may leave out ends of items, which costs the state of the reasoning alone', () => {
    const events = readEvents(OPENAI_STREAM.filter(({ type }) => type !== 'response.output_item.done'));
    const stateless = expected.parts.map((part) =>
      part.kind === 'reasoning' ? { kind: part.kind, text: part.text } : part,
    );
    expect(collect(events)).toEqual({ ...expected, parts: stateless });
  });

  it('may send the finished items alone', () => {
    const kept = new Set<Json | undefined>(['response.created', 'response.output_item.done', 'response.completed']);
    const events = OPENAI_STREAM.filter(({ type }) => kept.has(type));
    expect(collect(readEvents(events))).toEqual(expected);
    const stitched = events.map((event) =>
      event['type'] === 'response.completed' ? { ...event, response: { ...OPENAI_ANSWER, output: [] } } : event,
    );
    expect(collect(readEvents(stitched))).toEqual(expected);
  });

  it('may send the final answer alone', () => {
    expect(collect(readEvents(OPENAI_STREAM.slice(-1)))).toEqual(expected);
  });

  it('may leave out ids, or indexes', () => {
    for (const name of ['item_id', 'output_index']) {
      expect(collect(readEvents(OPENAI_STREAM.map((event) => without(event, name))))).toEqual(expected);
    }
  });

  it('may leave out both, as long as items come one after the other', () => {
    const bare = OPENAI_STREAM.map((event) => without(event, 'output_index', 'item_id'));
    expect(collect(readEvents(bare))?.parts).toEqual(expected.parts);
  });

  it('may count every item as the first', () => {
    const same = OPENAI_STREAM.map((event) => ('output_index' in event ? { ...event, output_index: 0 } : event));
    expect(collect(readEvents(same))).toEqual(expected);
  });

  it('may give every event an id of its own', () => {
    const scrambled = OPENAI_STREAM.map((event, index) => ({
      ...event,
      ...('item_id' in event ? { item_id: `opaque-${index}` } : {}),
    }));
    expect(collect(readEvents(scrambled))).toEqual(expected);
  });

  it('never says a text twice, whatever the final answer calls its items', () => {
    const renamed = OPENAI_STREAM.map((event) => {
      if (event['type'] !== 'response.completed') return event;
      const output = (OPENAI_ANSWER['output'] as readonly JsonObject[]).map((item) => ({
        ...item,
        id: `new_${item['id']}`,
      }));
      return { ...event, response: { ...OPENAI_ANSWER, output: [{ type: 'reasoning', summary: [] }, ...output] } };
    });
    expect(collect(readEvents(renamed))).toEqual(expected);
  });

  it('may show its raw reasoning, and content of reasoning beside that of the message', () => {
    const place = { item_id: 'rs', output_index: 0, content_index: 0 };
    const events = readEvents([
      { type: 'response.reasoning_text.delta', ...place, delta: 'hm' },
      { type: 'response.reasoning_text.delta', ...place, delta: 'm' },
      { type: 'response.reasoning_text.done', ...place, text: 'hmm' },
      { type: 'response.content_part.done', ...place, part: { type: 'reasoning_text', text: 'hmm' } },
      { type: 'response.output_text.delta', item_id: 'm', output_index: 0, content_index: 0, delta: 'Hi' },
      { type: 'response.completed', response: { status: 'completed' } },
    ]);
    expect(events.map(({ kind }) => kind)).toEqual([
      'answer-start',
      'reasoning-start',
      'reasoning-delta',
      'reasoning-delta',
      'reasoning-end',
      'text-start',
      'text-delta',
      'text-end',
      'finish',
    ]);
  });

  it('may interleave parallel calls', () => {
    const delta = (output_index: number, text: string): JsonObject => ({
      type: 'response.function_call_arguments.delta',
      output_index,
      delta: text,
    });
    const added = (output_index: number, name: string): JsonObject => ({
      type: 'response.output_item.added',
      output_index,
      item: { type: 'function_call', call_id: `call_${name}`, name, arguments: '' },
    });
    const events = readEvents([
      added(0, 'f'),
      added(1, 'g'),
      delta(1, '{"b":'),
      delta(0, '{"a":1'),
      delta(1, '2}'),
      delta(0, '}'),
      { type: 'response.completed', response: {} },
    ]);
    expect(collect(events)?.parts).toEqual([
      { kind: 'tool-call', callId: 'call_f', name: 'f', argumentsText: '{"a":1}' },
      { kind: 'tool-call', callId: 'call_g', name: 'g', argumentsText: '{"b":2}' },
    ]);
  });

  it('may send images whole, and refusals', () => {
    const events = readEvents([
      { type: 'response.image_generation_call.partial_image', output_index: 0, partial_image_b64: 'AAAA' },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { type: 'image_generation_call', id: 'ig_1', result: 'iVBO', output_format: 'webp' },
      },
      { type: 'response.refusal.delta', output_index: 1, content_index: 0, delta: 'I ca' },
      { type: 'response.refusal.done', output_index: 1, content_index: 0, refusal: "I can't" },
      { type: 'response.completed', response: {} },
    ]);
    expect(collect(events)).toMatchObject({
      parts: [
        { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/webp', base64: 'iVBO' } },
        { kind: 'refusal', text: "I can't" },
      ],
      finish: { reason: 'refusal' },
    });
  });
});

describe('a Responses stream that does not end well', () => {
  it('ends for length or the filter, and tells which', () => {
    const ended = (reason: string): readonly ModelEvent[] =>
      readEvents([{ type: 'response.incomplete', response: { status: 'incomplete', incomplete_details: { reason } } }]);
    expect(ended('max_output_tokens').at(-1)).toMatchObject({ finish: { reason: 'length', raw: 'max_output_tokens' } });
    expect(ended('content_filter').at(-1)).toMatchObject({ finish: { reason: 'content-filter' } });
    expect(ended('steered').at(-1)).toMatchObject({ finish: { reason: 'other', raw: 'steered' } });
  });

  it.each<[string, JsonObject]>([
    ['flat', { type: 'error', code: 'rate_limit_exceeded', message: 'slow down', param: null }],
    ['nested', { type: 'error', error: { type: 'tokens', code: 'rate_limit_exceeded', message: 'slow down' } }],
    ['without a type', { error: { code: 'rate_limit_exceeded', message: 'slow down' } }],
    [
      'in a failed response',
      { type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'slow down' } } },
    ],
  ])('reports an error that comes %s, and nothing after it', (_name, event) => {
    const events = read(namelessFrame(event) + WHOLE);
    expect(events).toEqual([
      { kind: 'error', error: expect.objectContaining({ kind: 'rate-limit', status: 429, message: 'slow down' }) },
    ]);
  });

  it('reports what a failed answer consumed before it reports the error', () => {
    const usage = { input_tokens: 3, output_tokens: 1 };
    const events = readEvents([{ type: 'response.failed', response: { error: { message: 'oh' }, usage } }]);
    expect(events.map(({ kind }) => kind)).toEqual(['usage', 'error']);
  });
});

describe('the reader of Responses streams', () => {
  const anything = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant([]), fc.constant({}));
  const type = fc.constantFrom(...EVENT_HANDLERS.keys(), 'response.created', 'response.completed', 'response.failed');
  const item = fc.record(
    {
      type: fc.constantFrom('message', 'reasoning', 'function_call', 'custom_tool_call', 'image_generation_call', 'x'),
      id: fc.oneof(fc.constantFrom('a', 'b'), anything),
      call_id: anything,
      name: fc.oneof(fc.constantFrom('f', 'g'), anything),
      arguments: anything,
      input: anything,
      result: anything,
      encrypted_content: anything,
      summary: fc.oneof(fc.constant([{ type: 'summary_text', text: 's' }]), anything),
      content: fc.oneof(fc.constant([{ type: 'output_text', text: 'abc' }, { refusal: 'no' }, 1]), anything),
    },
    { requiredKeys: ['type'] },
  );
  const event = fc.record(
    {
      type: fc.oneof({ weight: 9, arbitrary: type }, anything),
      output_index: fc.oneof(fc.nat({ max: 2 }), anything),
      item_id: fc.oneof(fc.constantFrom('a', 'b'), anything),
      content_index: fc.oneof(fc.nat({ max: 1 }), anything),
      summary_index: fc.oneof(fc.nat({ max: 1 }), anything),
      delta: fc.oneof(fc.constantFrom('a', 'b'), anything),
      text: fc.oneof(fc.constantFrom('a', 'ab'), anything),
      arguments: anything,
      annotation: anything,
      part: fc.oneof(fc.constant({ type: 'output_text', text: 'abc' }), anything),
      item: fc.oneof(item, anything),
      response: fc.oneof(fc.record({ output: fc.array(item, { maxLength: 3 }), error: anything }), anything),
      logprobs: anything,
      error: anything,
    },
    { requiredKeys: [] },
  );

  it('never throws, and balances what it starts, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const reader = new ResponsesStreamReader();
        const out = events.flatMap((data) => reader.read({ event: undefined, data: JSON.stringify(data) }));
        expectBalanced(out);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on frames that are no JSON', () => {
    fc.assert(
      fc.property(fc.option(fc.string(), { nil: undefined }), fc.string(), (name, data) => {
        expect(Array.isArray(new ResponsesStreamReader().read({ event: name, data }))).toBe(true);
      }),
    );
  });
});

/** Every start has at most one end, every delta stands between the two, and nothing comes after the end of the answer. */
function expectBalanced(events: readonly ModelEvent[]): void {
  const open = new Map<number, string>();
  const used = new Set<number>();
  let isOver = false;
  for (const event of events) {
    expect(isOver).toBe(false);
    if (event.kind === 'finish') {
      expect(open.size).toBe(0);
      isOver = true;
    }
    if (event.kind === 'error') isOver = true;
    if (!('part' in event)) continue;
    const kind = event.kind.slice(0, event.kind.lastIndexOf('-'));
    if (event.kind === 'media' || event.kind.endsWith('-start')) {
      expect(used.has(event.part)).toBe(false);
      used.add(event.part);
      if (event.kind !== 'media') open.set(event.part, kind);
    } else {
      expect(open.get(event.part)).toBe(kind);
      if (event.kind.endsWith('-end')) open.delete(event.part);
    }
  }
}
