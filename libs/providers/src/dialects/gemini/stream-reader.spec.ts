import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import { readSseFrame, writeSseFrame } from '../../transport/sse-frame.js';
import { SseFramer } from '../../transport/sse-framer.js';
import { GeminiStreamReader } from './stream-reader.js';

function readBytes(bytes: Buffer, cuts: readonly number[] = []): ModelEvent[] {
  const reader = new GeminiStreamReader();
  const events: ModelEvent[] = [];
  const framer = new SseFramer({
    onEvent: (event) => {
      const frame = readSseFrame(event);
      if (frame !== undefined) events.push(...reader.read(frame));
      return 'keep';
    },
    onBytes: () => undefined,
  });
  const offsets = [0, ...cuts, bytes.length];
  for (let index = 1; index < offsets.length; index += 1)
    framer.push(bytes.subarray(offsets[index - 1], offsets[index]));
  framer.end();
  events.push(...reader.end());
  return events;
}

function read(...chunks: (JsonObject | string)[]): ModelEvent[] {
  return readBytes(Buffer.from(chunks.map((chunk) => writeSseFrame(chunk)).join('')));
}

function chunk(parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { role: 'model', parts }, index: 0, ...more }] };
}

const DONE = chunk([], { finishReason: 'STOP' });

/** Without what most tests do not ask about. */
function told(events: readonly ModelEvent[]): readonly ModelEvent[] {
  return events.filter(({ kind }) => kind !== 'answer-start' && kind !== 'usage' && kind !== 'finish');
}

describe('a Gemini stream', () => {
  const stream = [
    ': ping\r\n\r\n',
    'data: {"candidates":[{"content":{"parts":[{"text":"hm","thought":true}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":3},"modelVersion":"gemini-2.5-pro","responseId":"r1"}\r\n\r\n',
    'data: {"candidates":[{"content":{"parts":[{"text":"Grüße 👋"}]}}]}\n\n',
    'event: ping\n\n',
    'data: {"unknown":{}}\n\ndata: no json\n\n',
    'data: {"candidates":[{"content":{"parts":[{"text":"!"}]}}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}\n\n',
    'data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":"\\n\\"x"}},"thoughtSignature":"c2ln"}]}}]}\n\n',
    'data: {"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":9,"thoughtsTokenCount":4}}',
  ].join('');
  const whole = Buffer.from(stream);

  it('is read into events whose parts end where another kind begins', () => {
    expect(readBytes(whole)).toMatchObject([
      { kind: 'answer-start', id: 'r1', model: 'gemini-2.5-pro' },
      { kind: 'reasoning-start', part: 0 },
      { kind: 'reasoning-delta', part: 0, text: 'hm' },
      { kind: 'usage', usage: { inputTokens: 3, outputTokens: undefined } },
      { kind: 'reasoning-end', part: 0 },
      { kind: 'text-start', part: 1 },
      { kind: 'text-delta', part: 1, text: 'Grüße 👋' },
      { kind: 'text-delta', part: 1, text: '!' },
      { kind: 'usage', usage: { outputTokens: 2 } },
      { kind: 'text-end', part: 1 },
      { kind: 'tool-call-start', part: 2, callId: 'call_r1_0', name: 'f', state: { family: 'gemini', data: 'c2ln' } },
      { kind: 'tool-call-delta', part: 2, argumentsText: '{"a":"\\n\\"x"}' },
      { kind: 'tool-call-end', part: 2 },
      { kind: 'usage', usage: { outputTokens: 13, reasoningTokens: 4 } },
      { kind: 'finish', finish: { reason: 'tool-calls', raw: 'STOP' } },
    ]);
  });

  it('gives the same events when it is cut in two at every byte', () => {
    const expected = JSON.stringify(readBytes(whole));
    for (let at = 0; at <= whole.length; at += 1) {
      expect(JSON.stringify(readBytes(whole, [at])), `cut at ${at}`).toBe(expected);
    }
  });

  it('that was cut before its finish reason has no finish and leaves open parts open', () => {
    const events = read(chunk([{ text: 'half' }]));
    expect(events.map(({ kind }) => kind)).toEqual(['answer-start', 'text-start', 'text-delta']);
  });

  it('gives text that comes behind a finish reason, and one finish at the end', () => {
    const events = read(
      chunk([{ text: 'a' }], { finishReason: 'STOP' }),
      chunk([{ text: 'b' }], { finishReason: 'STOP' }),
    );
    expect(events.map(({ kind }) => kind)).toEqual([
      'answer-start',
      'text-start',
      'text-delta',
      'text-delta',
      'text-end',
      'finish',
    ]);
  });

  it('whose prompt was blocked was filtered', () => {
    expect(read({ promptFeedback: { blockReason: 'SAFETY' } }).at(-1)).toEqual({
      kind: 'finish',
      finish: { reason: 'content-filter', raw: 'SAFETY' },
    });
  });

  it('ends with an error that it reports, and nothing follows', () => {
    const error = { code: 429, message: 'slow down', status: 'RESOURCE_EXHAUSTED' };
    expect(read(chunk([{ text: 'a' }]), { error }, DONE).slice(-2)).toMatchObject([
      { kind: 'text-delta' },
      { kind: 'error', error: { kind: 'rate-limit', status: 429, message: 'slow down' } },
    ]);
  });

  it('is read also where frames hold the elements of an array', () => {
    const [first, second] = [JSON.stringify(chunk([{ text: 'a' }])), JSON.stringify(DONE)];
    const expected = read(first, second);
    expect(expected).toHaveLength(5);
    for (const frames of [
      [`[${first}`, `,\r\n${second}`, ']'],
      [`[${first},`, `${second}]`],
      [`[${first},${second}]`],
    ]) {
      const reader = new GeminiStreamReader();
      const events = frames.flatMap((data) => reader.read({ event: undefined, data }));
      expect([...events, ...reader.end()], frames.join(' | ')).toEqual(expected);
    }
    expect(read('[{"error":{"code":500,"message":"x","status":"INTERNAL"}}]')).toMatchObject([{ kind: 'error' }]);
  });

  it('keeps a signature with the text before it, or as reasoning without text', () => {
    const signed = { text: '', thoughtSignature: 'c2ln' };
    const state = { family: 'gemini', data: 'c2ln' };
    expect(told(read(chunk([{ text: 'a' }]), chunk([signed], { finishReason: 'STOP' })))).toEqual([
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'a' },
      { kind: 'text-end', part: 0, state },
    ]);
    expect(told(read(chunk([{ text: 'hm', thought: true }, signed], { finishReason: 'STOP' })))).toEqual([
      { kind: 'reasoning-start', part: 0 },
      { kind: 'reasoning-delta', part: 0, text: 'hm' },
      { kind: 'reasoning-end', part: 0 },
      { kind: 'reasoning-start', part: 1 },
      { kind: 'reasoning-end', part: 1, state },
    ]);
  });

  it('gives text with two signatures as two parts', () => {
    const [first, second] = ['b25l', 'dHdv'].map((thoughtSignature) => ({ text: 'a', thoughtSignature }));
    expect(told(read(chunk([first ?? {}, { text: 'b' }, second ?? {}], { finishReason: 'STOP' })))).toMatchObject([
      { kind: 'text-start' },
      { kind: 'text-delta', text: 'a' },
      { kind: 'text-delta', text: 'b' },
      { kind: 'text-end', part: 0, state: { data: 'b25l' } },
      { kind: 'text-start' },
      { kind: 'text-delta', text: 'a' },
      { kind: 'text-end', part: 1, state: { data: 'dHdv' } },
    ]);
  });

  it('gives media whole', () => {
    const image = { inlineData: { mimeType: 'image/png', data: 'AA==' }, thoughtSignature: 'c2ln' };
    expect(told(read(chunk([{ text: 'a' }, image]), DONE)).map(({ kind }) => kind)).toEqual([
      'text-start',
      'text-delta',
      'text-end',
      'reasoning-start',
      'reasoning-end',
      'media',
    ]);
  });

  it('puts together arguments that Vertex streams, and ends the call only when it is whole', () => {
    const call = (functionCall: JsonObject): JsonObject => chunk([{ functionCall }]);
    const pieces = [
      call({ name: 'f', id: 'c1', willContinue: true }),
      call({ partialArgs: [{ jsonPath: '$.place', stringValue: 'New ', willContinue: true }], willContinue: true }),
      call({ partialArgs: [{ jsonPath: '$.place', stringValue: 'York' }], willContinue: true }),
      call({ partialArgs: [{ jsonPath: '$.list[0].n', numberValue: 1 }], willContinue: true }),
    ];
    expect(told(read(...pieces))).toEqual([{ kind: 'tool-call-start', part: 0, callId: 'c1', name: 'f' }]);
    expect(told(read(...pieces, call({}), DONE))).toEqual([
      { kind: 'tool-call-start', part: 0, callId: 'c1', name: 'f' },
      { kind: 'tool-call-delta', part: 0, argumentsText: '{"place":"New York","list":[{"n":1}]}' },
      { kind: 'tool-call-end', part: 0 },
    ]);
  });

  it('cites inside of the text, once, with ranges in characters of all of it', () => {
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: 'https://a.example' } }],
      groundingSupports: [{ segment: { startIndex: 3, endIndex: 8 }, groundingChunkIndices: [0] }],
    };
    const events = told(
      read(chunk([{ text: 'ä ' }]), chunk([{ text: 'hello' }], { groundingMetadata }), {
        ...chunk([], { groundingMetadata, finishReason: 'STOP' }),
      }),
    );
    expect(events.slice(3)).toMatchObject([
      { kind: 'text-citation', part: 0, citation: { url: 'https://a.example', start: 2, end: 7 } },
      { kind: 'text-end', part: 0 },
    ]);
  });

  it('gives log probabilities with the first piece of their text', () => {
    const logprobsResult = { chosenCandidates: [{ token: 'a', logProbability: -1 }] };
    expect(told(read(chunk([{ text: 'a' }, { text: 'b' }], { logprobsResult })))).toEqual([
      { kind: 'text-start', part: 0 },
      {
        kind: 'text-delta',
        part: 0,
        text: 'a',
        logprobs: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }],
      },
      { kind: 'text-delta', part: 0, text: 'b' },
    ]);
  });

  it('never throws and keeps its grammar, whatever the frames', () => {
    const names = fc.constantFrom(
      'text',
      'thought',
      'thoughtSignature',
      'functionCall',
      'name',
      'args',
      'partialArgs',
      'jsonPath',
      'index',
      'stringValue',
      'willContinue',
      'inlineData',
      'mimeType',
      'data',
      'groundingMetadata',
      'segment',
      'error',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, depthSize: 'small' },
        fc.constantFrom(null, true, 0, 3, '', 'text', '$.a[0]', '$.a.length', '$.__proto__.x', 'image/png'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    const part = fc.oneof(
      fc.constantFrom({ text: 'a' }, { text: 'b', thought: true }, { text: '', thoughtSignature: 's' }),
      fc.constantFrom({ functionCall: { name: 'f', willContinue: true } }, { functionCall: {} }),
      value,
    );
    const frame = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.array(part, { maxLength: 4 }), fc.constantFrom('', 'STOP'))
        .map(([parts, finishReason]) => JSON.stringify({ candidates: [{ content: { parts }, finishReason }] })),
      value.map((any) => JSON.stringify({ candidates: any, usageMetadata: any, promptFeedback: any }) ?? ''),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), (frames) => {
        const reader = new GeminiStreamReader();
        const events = [...frames.flatMap((data) => reader.read({ event: undefined, data })), ...reader.end()];
        expectGrammar(events);
        expect(reader.end()).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });
});

/** No second start or end of a part, no delta outside of one, nothing but usage behind the finish. */
function expectGrammar(events: readonly ModelEvent[]): void {
  const open = new Set<number>();
  const seen = new Set<number>();
  let finished = false;
  for (const event of events) {
    if (finished) expect(event.kind).toBe('usage');
    if (event.kind === 'finish' || event.kind === 'error') finished = true;
    if (!('part' in event)) continue;
    if (event.kind.endsWith('-start') || event.kind === 'media') {
      expect(seen.has(event.part)).toBe(false);
      seen.add(event.part);
      if (event.kind !== 'media') open.add(event.part);
    } else {
      expect(open.has(event.part)).toBe(true);
      if (event.kind.endsWith('-end')) open.delete(event.part);
    }
  }
  if (events.at(-1)?.kind === 'finish') expect(open.size).toBe(0);
}
