import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerCollector } from '../../hub/answer-collector.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import { readSseFrame } from '../../transport/sse-frame.js';
import { SseFramer } from '../../transport/sse-framer.js';
import { ChatStreamReader } from './stream-reader.js';
import { TOOL_CALLS_MAX } from './tool-call-parts.js';

function readBytes(chunks: readonly Buffer[]): readonly ModelEvent[] {
  const reader = new ChatStreamReader();
  const events: ModelEvent[] = [];
  const framer = new SseFramer({
    onEvent: (bytes) => {
      const frame = readSseFrame(bytes);
      if (frame !== undefined) events.push(...reader.read(frame));
      return 'withhold';
    },
    onBytes: () => expect.unreachable('every event is withheld'),
  });
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return [...events, ...reader.end()];
}

/** Reads a stream of chunks with these members; `[DONE]` as it is. */
function read(...chunks: readonly (JsonObject | '[DONE]')[]): readonly ModelEvent[] {
  const text = chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`);
  return readBytes([Buffer.from(text.join(''))]);
}

/** A chunk with one delta. */
function delta(members: JsonObject, finishReason: string | null = null): JsonObject {
  return { id: 'c1', model: 'm', choices: [{ index: 0, delta: members, finish_reason: finishReason }] };
}

function toolDelta(...calls: readonly JsonObject[]): JsonObject {
  return delta({ tool_calls: calls });
}

/** The tool calls of a stream, put together. */
function toolCallsOf(...chunks: readonly JsonObject[]): readonly unknown[] {
  const collector = new AnswerCollector();
  for (const event of read(...chunks, delta({}, 'tool_calls'))) collector.push(event);
  return (collector.answer?.parts ?? []).map((part) =>
    part.kind === 'tool-call' ? [part.callId, part.name, part.argumentsText] : part.kind,
  );
}

/** What happened, in short: `text-start 0`. */
function outline(events: readonly ModelEvent[]): readonly string[] {
  return events.map((event) => ('part' in event ? `${event.kind} ${event.part}` : event.kind));
}

const USAGE = { prompt_tokens: 12, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } };
const FINISH = { kind: 'finish', finish: { reason: 'stop', raw: 'stop' } };

const STREAM = [
  ': keep-alive\n\n',
  'event: ping\ndata: {"type":"ping"}\n\n',
  `data: ${JSON.stringify({ id: '', choices: [], prompt_filter_results: [] })}\n\n`,
  `data: ${JSON.stringify(delta({ role: 'assistant', content: '', refusal: null }))}\n\n`,
  `data: ${JSON.stringify(delta({ reasoning_content: 'hm' }))}\r\n\r\n`,
  `data:${JSON.stringify(delta({ content: 'Grüße 👋' }))}\n\n`,
  'data: {broken\n\n',
  `data: ${JSON.stringify(toolDelta({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }))}\n\n`,
  `event: message\ndata: ${JSON.stringify(toolDelta({ index: 0, function: { arguments: '{"x":"\\' } }))}\n\n`,
  `data: ${JSON.stringify(toolDelta({ index: 0, function: { arguments: 'u00fc"}' } }))}\n\n`,
  `data: ${JSON.stringify(delta({}, 'tool_calls'))}\n\n`,
  `data: ${JSON.stringify({ id: 'c1', choices: [], usage: USAGE })}\n\n`,
  'data: [DONE]',
].join('');

const EVENTS: readonly ModelEvent[] = [
  { kind: 'answer-start', id: 'c1', model: 'm' },
  { kind: 'reasoning-start', part: 0 },
  { kind: 'reasoning-delta', part: 0, text: 'hm' },
  { kind: 'reasoning-end', part: 0 },
  { kind: 'text-start', part: 1 },
  { kind: 'text-delta', part: 1, text: 'Grüße 👋' },
  { kind: 'text-end', part: 1 },
  { kind: 'tool-call-start', part: 2, callId: 'a', name: 'f' },
  { kind: 'tool-call-delta', part: 2, argumentsText: '{"x":"\\' },
  { kind: 'tool-call-delta', part: 2, argumentsText: 'u00fc"}' },
  { kind: 'tool-call-end', part: 2 },
  { kind: 'finish', finish: { reason: 'tool-calls', raw: 'tool_calls' } },
  {
    kind: 'usage',
    usage: {
      inputTokens: 8,
      outputTokens: 5,
      cacheReadTokens: 4,
      cacheWriteTokens: undefined,
      cacheWrite1hTokens: undefined,
      reasoningTokens: undefined,
      inputAudioTokens: undefined,
      outputAudioTokens: undefined,
    },
  },
];

describe('a chat stream that is read', () => {
  const whole = Buffer.from(STREAM);

  it('gives the same events when it is cut in two at every byte', () => {
    for (let at = 0; at <= whole.length; at += 1) {
      expect(readBytes([whole.subarray(0, at), whole.subarray(at)]), `cut at ${at}`).toEqual(EVENTS);
    }
  });

  it('gives the same events byte by byte', () => {
    expect(readBytes(Array.from(whole, (_, at) => whole.subarray(at, at + 1)))).toEqual(EVENTS);
  });

  it('has no finish when it was cut before its finish reason, and leaves open what was open', () => {
    expect(outline(read(delta({ content: 'half' })))).toEqual(['answer-start', 'text-start 0', 'text-delta 0']);
  });

  it('is finished by [DONE] when the vendor gives no finish reason', () => {
    expect(read(delta({ content: 'x' }), '[DONE]').slice(-2)).toEqual([
      { kind: 'text-end', part: 0 },
      { kind: 'finish', finish: { reason: 'stop' } },
    ]);
    expect(read('[DONE]')).toEqual([]);
  });

  it('is finished once, and says nothing after it but usage', () => {
    const events = read(
      delta({ content: 'x' }, 'stop'),
      delta({ content: 'y' }, 'length'),
      { choices: [], usage: USAGE },
      '[DONE]',
    );
    expect(outline(events).slice(-3)).toEqual(['text-end 0', 'finish', 'usage']);
  });

  it.each<[string, JsonObject]>([
    ['with the last choice', { ...delta({}, 'stop'), usage: USAGE }],
    ['inside of the choice', { choices: [{ delta: {}, finish_reason: 'stop', usage: USAGE }] }],
    ['in Groq’s own member', { ...delta({}, 'stop'), x_groq: { usage: USAGE } }],
  ])('reports usage %s', (_title, chunk) => {
    const events = read(delta({ content: 'x' }), chunk, '[DONE]');
    expect(events).toContainEqual(FINISH);
    expect(events.at(-1)).toMatchObject({ kind: 'usage', usage: { inputTokens: 8, outputTokens: 5 } });
  });

  it('reports usage as often as it comes; the last one counts', () => {
    const chunk = (completion_tokens: number): JsonObject => ({
      ...delta({ content: 'x' }),
      usage: { ...USAGE, completion_tokens },
    });
    const usages = read(chunk(1), chunk(2)).filter(({ kind }) => kind === 'usage');
    expect(usages).toMatchObject([{ usage: { outputTokens: 1 } }, { usage: { outputTokens: 2 } }]);
  });

  it('takes empty and null deltas for nothing', () => {
    const empty = { role: 'assistant', content: null, reasoning: '', refusal: null, tool_calls: [], audio: null };
    expect(outline(read(delta(empty), delta({ content: '' }), delta({}, 'stop')))).toEqual(['answer-start', 'finish']);
  });

  it('takes a message in place of a delta, content in parts, and only the first of several choices', () => {
    const message = { content: [{ type: 'thinking', thinking: 'hm' }, { type: 'text', text: 'x' }, 'y'] };
    const other = { index: 1, delta: { content: 'other' }, finish_reason: 'length' };
    const events = read({ choices: [other, { index: 0, message, finish_reason: 'stop' }] });
    expect(events.filter((event) => 'text' in event)).toEqual([
      { kind: 'reasoning-delta', part: 0, text: 'hm' },
      { kind: 'text-delta', part: 1, text: 'x' },
      { kind: 'text-delta', part: 1, text: 'y' },
    ]);
    expect(events.at(-1)).toEqual(FINISH);
  });

  it('ends one kind of words when another begins', () => {
    const events = read(
      delta({ content: 'a' }),
      delta({ reasoning: 'r' }),
      delta({ content: 'b' }),
      delta({ refusal: 'no' }, 'stop'),
    );
    expect(outline(events).filter((line) => !line.includes('delta'))).toEqual([
      'answer-start',
      'text-start 0',
      'text-end 0',
      'reasoning-start 1',
      'reasoning-end 1',
      'text-start 2',
      'text-end 2',
      'refusal-start 3',
      'refusal-end 3',
      'finish',
    ]);
  });

  it('keeps log probabilities with their text, and citations with theirs', () => {
    const logprob = { token: 'x', logprob: -1 };
    const annotation = { type: 'url_citation', url_citation: { url: 'https://x' } };
    const events = read(
      { choices: [{ delta: { content: 'x' }, logprobs: { content: [logprob] } }] },
      delta({ annotations: [annotation] }, 'stop'),
    );
    expect(events).toContainEqual({ kind: 'text-delta', part: 0, text: 'x', logprobs: [logprob] });
    expect(events).toContainEqual({
      kind: 'text-citation',
      part: 0,
      citation: { kind: 'url', url: 'https://x', raw: { family: 'openai-chat', value: annotation } },
    });
  });

  it('cites the addresses that Perplexity gives beside the choices, once', () => {
    const citations = ['https://x', 'https://y'];
    const events = read({ ...delta({ content: 'x [1]' }), citations }, { ...delta({}, 'stop'), citations });
    expect(events.filter(({ kind }) => kind === 'text-citation')).toMatchObject([
      { part: 0, citation: { url: 'https://x' } },
      { part: 0, citation: { url: 'https://y' } },
    ]);
  });

  it('gives images at once and speech whole', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const events = read(
      delta({ content: 'x', images: [image] }),
      delta({ audio: { id: 'a', transcript: 'hi' } }),
      delta({ audio: { data: Buffer.from('ab').toString('base64') } }),
      delta({ audio: { data: Buffer.from('cd').toString('base64') } }, 'stop'),
    );
    expect(events.filter(({ kind }) => kind === 'media')).toMatchObject([
      { part: 1, media: { medium: 'image', source: { base64: 'AAAA' } } },
      { part: 3, media: { medium: 'audio', source: { mediaType: 'audio/pcm', base64: 'YWJjZA==' } } },
    ]);
    expect(events).toContainEqual({ kind: 'text-delta', part: 2, text: 'hi' });
  });
});

describe('reasoning of a chat stream', () => {
  const reasoningOf = (...chunks: readonly JsonObject[]): readonly unknown[] => {
    const collector = new AnswerCollector();
    for (const event of read(...chunks, delta({}, 'stop'))) collector.push(event);
    return collector.answer?.parts ?? [];
  };
  const entry = (members: JsonObject, plain?: string): JsonObject =>
    delta({
      ...(plain === undefined ? {} : { reasoning: plain }),
      reasoning_details: [{ format: 'anthropic-claude-v1', ...members }],
    });
  const state = { family: 'anthropic', data: 's' };

  it('is put together from entries, with the signature that comes last', () => {
    expect(
      reasoningOf(
        entry({ type: 'reasoning.text', text: 'h', index: 0 }, 'h'),
        entry({ type: 'reasoning.text', text: 'm', index: 0 }, 'm'),
        entry({ type: 'reasoning.text', signature: 's', index: 0 }),
        entry({ type: 'reasoning.encrypted', data: 'd', index: 1 }),
        delta({ content: 'x' }),
      ),
    ).toEqual([
      { kind: 'reasoning', text: 'hm', state },
      { kind: 'reasoning', text: '', state: { family: 'anthropic', data: 'd', redacted: true } },
      { kind: 'text', text: 'x' },
    ]);
  });

  it.each<[string, JsonObject]>([
    ['alone', { type: 'reasoning.text', signature: 's', index: 0 }],
    ['with all of the words once more', { type: 'reasoning.text', text: 'hm', signature: 's', index: 0 }],
  ])('that came in plain words gets its state %s', (_title, members) => {
    expect(reasoningOf(delta({ reasoning_content: 'h' }), delta({ reasoning_content: 'm' }), entry(members))).toEqual([
      { kind: 'reasoning', text: 'hm', state },
    ]);
  });

  it('is not said twice by a vendor that says it in two members', () => {
    expect(reasoningOf(delta({ reasoning_content: 'hm', reasoning: 'hm' }))).toEqual([
      { kind: 'reasoning', text: 'hm' },
    ]);
  });

  it('has Google’s state on the text that it belongs to', () => {
    const extra_content = { google: { thought_signature: 'sig' } };
    expect(reasoningOf(delta({ content: 'x' }), delta({ content: '', extra_content }))).toEqual([
      { kind: 'text', text: 'x', state: { family: 'gemini', data: 'sig' } },
    ]);
  });
});

describe('tool calls of a chat stream', () => {
  const whole = (name: string, text: string, members: JsonObject = {}): JsonObject => ({
    ...members,
    function: { name, arguments: text },
  });

  it.each<[string, readonly JsonObject[], readonly unknown[]]>([
    [
      'two by index, interleaved',
      [
        toolDelta({ index: 0, id: 'a', ...whole('f', '') }, { index: 1, id: 'b', ...whole('g', '') }),
        toolDelta({ index: 1, function: { arguments: '{"y":' } }),
        toolDelta({ index: 0, function: { arguments: '{}' } }),
        toolDelta({ index: 1, function: { arguments: '2}' } }),
      ],
      [
        ['a', 'f', '{}'],
        ['b', 'g', '{"y":2}'],
      ],
    ],
    [
      'two that both have the index 0, as Ollama gives them',
      [
        toolDelta({ index: 0, id: 'a', ...whole('f', '{"x"') }),
        toolDelta({ index: 0, id: 'a', function: { arguments: ':1}' } }),
        toolDelta({ index: 0, id: 'b', ...whole('f', '{"x"') }),
        toolDelta({ index: 0, function: { arguments: ':2}' } }),
      ],
      [
        ['a', 'f', '{"x":1}'],
        ['b', 'f', '{"x":2}'],
      ],
    ],
    [
      'whole ones without index and id',
      [toolDelta(whole('f', '{"x":1}')), toolDelta(whole('f', '{"x":2}')), toolDelta(whole('g', '{}'))],
      [
        ['call_c1_0', 'f', '{"x":1}'],
        ['call_c1_1', 'f', '{"x":2}'],
        ['call_c1_2', 'g', '{}'],
      ],
    ],
    [
      'several without index in one chunk, gone on with in the same places',
      [
        toolDelta({ id: 'a', ...whole('f', '') }, { id: 'b', ...whole('g', '') }),
        toolDelta({ function: { arguments: '1' } }, { function: { arguments: '2' } }),
      ],
      [
        ['a', 'f', '1'],
        ['b', 'g', '2'],
      ],
    ],
    [
      'one that repeats its name with every piece',
      [toolDelta(whole('f', '{"x":', { index: 0 })), toolDelta(whole('f', '1}', { index: 0 }))],
      [['call_c1_0', 'f', '{"x":1}']],
    ],
    [
      'one that gets a new id with every piece',
      [
        toolDelta({ index: 0, id: 'a', ...whole('f', '{') }),
        toolDelta({ index: 0, id: 'b', function: { arguments: '}' } }),
      ],
      [['a', 'f', '{}']],
    ],
    [
      'one whose name comes after its id',
      [toolDelta({ index: 0, id: 'a' }), toolDelta(whole('f', '{}', { index: 0 }))],
      [['a', 'f', '{}']],
    ],
    [
      'one with its arguments as an object',
      [toolDelta({ index: 0, id: 'a', function: { name: 'f', arguments: { x: 1 } } })],
      [['a', 'f', '{"x":1}']],
    ],
    ['one that never gets a name', [toolDelta({ index: 0, id: 'a', function: { arguments: '{}' } })], []],
    [
      'a function, the predecessor of tools',
      [delta({ function_call: { name: 'f', arguments: '' } }), delta({ function_call: { arguments: '{}' } })],
      [['call_c1_0', 'f', '{}']],
    ],
  ])('%s', (_title, chunks, calls) => {
    expect(toolCallsOf(...chunks)).toEqual(calls);
  });

  it('end when the next begins, if their arguments are complete', () => {
    const events = read(
      delta({ content: 'x' }),
      toolDelta({ index: 0, id: 'a', ...whole('f', '{}') }),
      toolDelta({ index: 1, id: 'b', ...whole('g', '{') }),
      toolDelta({ index: 2, id: 'c', ...whole('h', '{}') }),
      toolDelta({ index: 1, function: { arguments: '}' } }),
      delta({}, 'stop'),
    );
    expect(outline(events).slice(3)).toEqual([
      'text-end 0',
      'tool-call-start 1',
      'tool-call-delta 1',
      'tool-call-end 1',
      'tool-call-start 2',
      'tool-call-delta 2',
      'tool-call-start 3',
      'tool-call-delta 3',
      'tool-call-delta 2',
      'tool-call-end 2',
      'tool-call-end 3',
      'finish',
    ]);
    expect(events.at(-1)).toEqual({ kind: 'finish', finish: { reason: 'tool-calls', raw: 'stop' } });
  });

  it('are of custom tools as well, and carry Google’s state', () => {
    const extra_content = { google: { thought_signature: 'sig' } };
    const events = read(
      toolDelta({ index: 0, id: 'a', type: 'custom', custom: { name: 'f', input: 'fr' } }),
      toolDelta({ index: 0, custom: { input: 'ee' } }),
      toolDelta({ index: 1, id: 'b', ...whole('g', '{}'), extra_content }),
    );
    expect(events.filter(({ kind }) => kind === 'tool-call-start')).toEqual([
      { kind: 'tool-call-start', part: 0, callId: 'a', name: 'f', freeText: true },
      { kind: 'tool-call-start', part: 1, callId: 'b', name: 'g', state: { family: 'gemini', data: 'sig' } },
    ]);
  });

  it('are bounded in number', () => {
    const chunks = Array.from({ length: TOOL_CALLS_MAX + 10 }, (_, index) =>
      toolDelta({ index, id: `c${index}`, ...whole('f', '{}') }),
    );
    expect(toolCallsOf(...chunks)).toHaveLength(TOOL_CALLS_MAX);
  });
});

describe('an error inside of a chat stream', () => {
  it.each<[string, JsonObject]>([
    ['{"error":{"message":"busy","code":429}}', { kind: 'rate-limit', status: 429, message: 'busy', code: '429' }],
    ['{"error":{"message":"busy","type":"overloaded_error"}}', { kind: 'overloaded', status: 503, message: 'busy' }],
    ['{"error":"busy"}', { kind: 'server', status: 502, message: 'busy' }],
    ['{"object":"error","message":"busy","code":400}', { kind: 'invalid-request', status: 400, message: 'busy' }],
    ['{"choices":[{"delta":{},"finish_reason":"error"}]}', { kind: 'server', status: 502 }],
    ['{"choices":[{"delta":{},"finish_reason":"insufficient_system_resource"}]}', { kind: 'overloaded', status: 503 }],
  ])('ends it: %s', (data, error) => {
    const reader = new ChatStreamReader();
    reader.read({ event: undefined, data: JSON.stringify(delta({ content: 'x' })) });
    expect(reader.read({ event: undefined, data }).at(-1)).toMatchObject({ kind: 'error', error });
    expect(reader.read({ event: undefined, data: JSON.stringify(delta({ content: 'y' }, 'stop')) })).toEqual([]);
    expect(reader.read({ event: undefined, data: '[DONE]' })).toEqual([]);
    expect(reader.end()).toEqual([]);
  });

  it('is one by the name of its event', () => {
    const events = new ChatStreamReader().read({ event: 'error', data: '{"message":"busy"}' });
    expect(events).toMatchObject([{ kind: 'error', error: { message: 'busy' } }]);
  });

  it('is none where the vendor says null', () => {
    expect(outline(read({ ...delta({ content: 'x' }, 'stop'), error: null })).at(-1)).toBe('finish');
  });
});

describe('whatever a server sends', () => {
  const json = fc.jsonValue({ maxDepth: 1, depthSize: 'xsmall' });
  const callText = fc.constantFrom('', '{', '}', '{}', '"');
  const call = fc.record(
    {
      index: fc.oneof(fc.nat({ max: 2 }), json),
      id: fc.oneof(fc.constantFrom('a', 'b', ''), json),
      function: fc.record(
        { name: fc.oneof(fc.constantFrom('f', ''), json), arguments: fc.oneof(callText, json) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  );
  const anyDelta = fc.record(
    {
      content: fc.oneof(fc.constantFrom('x', ''), json),
      reasoning: fc.oneof(fc.constantFrom('r', ''), json),
      reasoning_details: fc.array(
        fc.record({ text: json, signature: json, index: fc.nat({ max: 1 }) }, { requiredKeys: [] }),
        { maxLength: 2 },
      ),
      refusal: json,
      tool_calls: fc.oneof(json, fc.array(call, { maxLength: 3 })),
      images: json,
      audio: json,
    },
    { requiredKeys: [] },
  );
  const finish = fc.constantFrom(null, null, null, null, 'stop', 'error', 7);
  const chunk = fc.record(
    {
      choices: fc.oneof(json, fc.tuple(fc.record({ delta: anyDelta, finish_reason: finish }))),
      usage: json,
      error: fc.constantFrom(undefined, undefined, undefined, null, 'x'),
    },
    { requiredKeys: [] },
  );
  const frame = fc.record({
    event: fc.constantFrom(undefined, undefined, 'error', 'x'),
    data: fc.oneof(
      { weight: 8, arbitrary: chunk.map((value) => JSON.stringify(value)) },
      fc.string(),
      fc.constant('[DONE]'),
    ),
  });

  it('never throws, starts and ends every part at most once, and says nothing after the end but usage', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), (frames) => {
        const reader = new ChatStreamReader();
        const open = new Map<number, string>();
        const seen = new Set<number>();
        let over = false;
        for (const event of [...frames.flatMap((one) => reader.read(one)), ...reader.end()]) {
          if (over) expect(event.kind).toBe('usage');
          if (event.kind === 'finish') expect([...open]).toEqual([]);
          over ||= event.kind === 'finish' || event.kind === 'error';
          if (!('part' in event)) continue;
          const kind = event.kind.replace(/-(start|delta|citation|end)$/, '');
          if (event.kind.endsWith('-start') || event.kind === 'media') {
            expect(seen.has(event.part)).toBe(false);
            seen.add(event.part);
            if (event.kind !== 'media') open.set(event.part, kind);
          } else {
            expect(open.get(event.part)).toBe(kind);
            if (event.kind.endsWith('-end')) open.delete(event.part);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
