import { EventStreamCodec, type MessageHeaders } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelEvent } from '../../spec/model-event.js';
import type { StreamFrame } from '../../spec/stream-frame.js';
import { AwsEventStreamFramer } from '../../transport/aws-event-stream-framer.js';
import { ConverseStreamReader } from './stream-reader.js';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)),
  (text) => new TextEncoder().encode(text),
);

function encode(event: string, payload: object): Uint8Array {
  const kind = event.endsWith('Exception') ? 'exception' : 'event';
  const headers: MessageHeaders = {
    [`:${kind}-type`]: { type: 'string', value: event },
    ':content-type': { type: 'string', value: 'application/json' },
    ':message-type': { type: 'string', value: kind },
  };
  return codec.encode({ headers, body: new TextEncoder().encode(JSON.stringify(payload)) });
}

type Step = readonly [event: string, payload: object];

function bytesOf(steps: readonly Step[]): Buffer {
  return Buffer.concat(steps.map(([event, payload]) => encode(event, payload)));
}

function readBytes(chunks: readonly Buffer[]): readonly ModelEvent[] {
  const reader = new ConverseStreamReader();
  const events: ModelEvent[] = [];
  const framer = new AwsEventStreamFramer({
    onFrame: (frame) => events.push(...reader.read(frame)),
    onCorrupt: () => expect.unreachable(),
  });
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return [...events, ...reader.end()];
}

function read(...steps: Step[]): readonly ModelEvent[] {
  return readBytes([bytesOf(steps)]);
}

function delta(index: number, body: object): Step {
  // Bedrock pads events with a member `p`, so that their length tells nothing about the words in them.
  return ['contentBlockDelta', { contentBlockIndex: index, delta: body, p: 'abcdefghij' }];
}

function stop(index: number): Step {
  return ['contentBlockStop', { contentBlockIndex: index }];
}

function toolStart(index: number, toolUseId: string): Step {
  return ['contentBlockStart', { contentBlockIndex: index, start: { toolUse: { toolUseId, name: 'get_weather' } } }];
}

const START: Step = ['messageStart', { role: 'assistant' }];

const WHOLE: readonly Step[] = [
  START,
  delta(0, { reasoningContent: { text: 'I think' } }),
  delta(0, { reasoningContent: { signature: 'sig' } }),
  stop(0),
  delta(1, { text: 'Grüße, ' }),
  delta(1, { text: '' }),
  delta(1, { text: '👋' }),
  stop(1),
  toolStart(2, 'tooluse_1'),
  delta(2, { toolUse: { input: '{"city":"Par' } }),
  delta(2, { toolUse: { input: 'is \\u00' } }),
  delta(2, { toolUse: { input: 'e9"}' } }),
  stop(2),
  ['messageStop', { stopReason: 'tool_use' }],
  ['metadata', { usage: { inputTokens: 11, outputTokens: 22, totalTokens: 33 }, metrics: { latencyMs: 5 } }],
];

const WHOLE_EVENTS: readonly ModelEvent[] = [
  { kind: 'answer-start' },
  { kind: 'reasoning-start', part: 0 },
  { kind: 'reasoning-delta', part: 0, text: 'I think' },
  { kind: 'reasoning-end', part: 0, state: { family: 'anthropic', data: 'sig' } },
  { kind: 'text-start', part: 1 },
  { kind: 'text-delta', part: 1, text: 'Grüße, ' },
  { kind: 'text-delta', part: 1, text: '👋' },
  { kind: 'text-end', part: 1 },
  { kind: 'tool-call-start', part: 2, callId: 'tooluse_1', name: 'get_weather' },
  { kind: 'tool-call-delta', part: 2, argumentsText: '{"city":"Par' },
  { kind: 'tool-call-delta', part: 2, argumentsText: 'is \\u00' },
  { kind: 'tool-call-delta', part: 2, argumentsText: 'e9"}' },
  { kind: 'tool-call-end', part: 2 },
  { kind: 'finish', finish: { reason: 'tool-calls', raw: 'tool_use' } },
  {
    kind: 'usage',
    usage: {
      inputTokens: 11,
      outputTokens: 22,
      cacheReadTokens: undefined,
      cacheWriteTokens: undefined,
      cacheWrite1hTokens: undefined,
      reasoningTokens: undefined,
      inputAudioTokens: undefined,
      outputAudioTokens: undefined,
    },
  },
];

describe('ConverseStreamReader', () => {
  it('reads the same events wherever the bytes are cut', () => {
    const bytes = bytesOf(WHOLE);
    expect(readBytes([bytes])).toEqual(WHOLE_EVENTS);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      expect(readBytes([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(WHOLE_EVENTS);
    }
    expect(readBytes(Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)))).toEqual(WHOLE_EVENTS);
  });

  it('begins the answer with its first content where nothing else begins it', () => {
    expect(read(delta(0, { text: 'a' })).map(({ kind }) => kind)).toEqual(['answer-start', 'text-start', 'text-delta']);
  });

  it('keeps calls that run side by side apart', () => {
    expect(
      read(toolStart(0, 'a'), toolStart(1, 'b'), delta(0, { toolUse: { input: '{}' } }), stop(1), stop(0)),
    ).toEqual([
      { kind: 'answer-start' },
      { kind: 'tool-call-start', part: 0, callId: 'a', name: 'get_weather' },
      { kind: 'tool-call-start', part: 1, callId: 'b', name: 'get_weather' },
      { kind: 'tool-call-delta', part: 0, argumentsText: '{}' },
      { kind: 'tool-call-end', part: 1 },
      { kind: 'tool-call-end', part: 0 },
    ]);
  });

  it('joins hidden thoughts that come in pieces', () => {
    const pieces = ['one', 'two!'].map((text) => Buffer.from(text).toString('base64'));
    const events = read(
      ...pieces.map((redactedContent) => delta(0, { reasoningContent: { redactedContent } })),
      stop(0),
    );
    expect(events.at(-1)).toEqual({
      kind: 'reasoning-end',
      part: 0,
      state: { family: 'anthropic', data: Buffer.from('onetwo!').toString('base64'), redacted: true },
    });
  });

  it('reads citations, also in front of the text that they support', () => {
    const citation = {
      location: { web: { url: 'https://example.com/a' } },
      title: 'A',
      sourceContent: [{ text: 'q' }],
    };
    expect(read(delta(0, { citation }), delta(0, { text: 'b' }), stop(0)).slice(1)).toEqual([
      { kind: 'text-start', part: 0 },
      {
        kind: 'text-citation',
        part: 0,
        citation: {
          kind: 'url',
          url: 'https://example.com/a',
          title: 'A',
          quote: 'q',
          raw: { family: 'bedrock', value: citation },
        },
      },
      { kind: 'text-delta', part: 0, text: 'b' },
      { kind: 'text-end', part: 0 },
    ]);
  });

  it('reads an image as one medium, when it is whole', () => {
    const events = read(
      ['contentBlockStart', { contentBlockIndex: 0, start: { image: { format: 'png' } } }],
      delta(0, { image: { source: { bytes: Buffer.from('left').toString('base64') } } }),
      delta(0, { image: { source: { bytes: Buffer.from('right').toString('base64') } } }),
      stop(0),
    );
    const base64 = Buffer.from('leftright').toString('base64');
    const media = { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64 } };
    expect(events.slice(1)).toEqual([{ kind: 'media', part: 0, media }]);
  });

  it('says nothing of a tool that Bedrock runs itself', () => {
    const start = { toolUse: { toolUseId: 'a', name: 'nova_grounding', type: 'server_tool_use' } };
    const events = read(
      ['contentBlockStart', { contentBlockIndex: 0, start }],
      delta(0, { toolUse: { input: '{"q":1}' } }),
      stop(0),
      ['contentBlockStart', { contentBlockIndex: 1, start: { toolResult: { toolUseId: 'a' } } }],
      delta(1, { toolResult: [{ text: 'found' }] }),
      stop(1),
    );
    expect(events).toEqual([]);
  });

  it('ends what is open before it finishes, and sends only usage after', () => {
    const events = read(
      START,
      delta(0, { text: 'a' }),
      ['messageStop', { stopReason: 'end_turn', additionalModelResponseFields: { delta: { stop_sequence: null } } }],
      delta(0, { text: 'late' }),
      ['internalServerException', { message: 'late' }],
      ['metadata', { usage: { inputTokens: 1 } }],
    );
    expect(events.map(({ kind }) => kind)).toEqual([
      'answer-start',
      'text-start',
      'text-delta',
      'text-end',
      'finish',
      'usage',
    ]);
  });

  it('reads usage also where it comes before the end', () => {
    const events = read(
      START,
      ['metadata', { usage: { inputTokens: 1 } }],
      ['messageStop', { stopReason: 'end_turn' }],
    );
    expect(events.map(({ kind }) => kind)).toEqual(['answer-start', 'usage', 'finish']);
  });

  it('never finishes a stream that was cut', () => {
    const bytes = bytesOf(WHOLE.slice(0, -2));
    const kinds = readBytes([bytes]).map(({ kind }) => kind);
    expect(kinds).not.toContain('finish');
    expect(kinds).toHaveLength(13);
  });

  it('ends with the exception that breaks the stream off', () => {
    const events = read(
      START,
      delta(0, { text: 'a' }),
      ['throttlingException', { message: 'Slow down.' }],
      delta(0, { text: 'b' }),
    );
    expect(events.at(-1)).toEqual({
      kind: 'error',
      error: { kind: 'rate-limit', status: 429, message: 'Slow down.', type: 'throttlingException' },
    });
    expect(events).toHaveLength(4);
  });

  it('obeys the grammar of events, whatever the frames are', () => {
    const index = fc.constantFrom<unknown>(0, 1, 2, -1, 'x', undefined);
    const inner = fc.oneof(
      fc.constantFrom<unknown>(
        { text: 'a' },
        { toolUse: { input: '{' } },
        { reasoningContent: { text: 'b' } },
        { reasoningContent: { signature: 'c' } },
        { reasoningContent: { redactedContent: '!not base64' } },
        { citation: { title: 'd' } },
        { image: { source: { bytes: 'QQ==' } } },
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const start = fc.constantFrom<unknown>({ toolUse: { toolUseId: 'a', name: 'b' } }, { image: {} }, {}, null);
    const payload = fc.record({ contentBlockIndex: index, delta: inner, start, stopReason: fc.constant('end_turn') });
    const event = fc.constantFrom(
      'messageStart',
      'contentBlockStart',
      'contentBlockStart',
      'contentBlockDelta',
      'contentBlockDelta',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
      'exception:throttlingException',
      'unknown',
    );
    const frame: fc.Arbitrary<StreamFrame> = fc.record({
      event: fc.option(event, { nil: undefined }),
      data: fc.oneof({ weight: 9, arbitrary: payload.map((value) => JSON.stringify(value)) }, fc.string()),
    });
    fc.assert(fc.property(fc.array(frame, { maxLength: 30 }), (frames) => assertGrammar(frames)));
  });
});

function assertGrammar(frames: readonly StreamFrame[]): void {
  const reader = new ConverseStreamReader();
  const open = new Set<number>();
  const seen = new Set<number>();
  let began = false;
  let last: 'finish' | 'error' | undefined;
  for (const event of [...frames.flatMap((frame) => reader.read(frame)), ...reader.end()]) {
    expect(last).not.toBe('error');
    if (last === 'finish') expect(event.kind).toBe('usage');
    if (event.kind === 'answer-start') {
      expect(began).toBe(false);
      began = true;
    } else if (event.kind === 'media') {
      expect(seen.has(event.part)).toBe(false);
      seen.add(event.part);
    } else if ('part' in event) {
      expect(began).toBe(true);
      if (event.kind.endsWith('-start')) {
        expect(seen.has(event.part)).toBe(false);
        seen.add(event.part);
        open.add(event.part);
      } else expect(open.has(event.part)).toBe(true);
      if (event.kind.endsWith('-end')) open.delete(event.part);
    } else if (event.kind === 'finish' || event.kind === 'error') {
      if (event.kind === 'finish') expect(open.size).toBe(0);
      last = event.kind;
    }
  }
}
