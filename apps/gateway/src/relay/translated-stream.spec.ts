import {
  anthropicMessagesProvider,
  bedrockConverseProvider,
  geminiProvider,
  openAiChatProvider,
  openAiResponsesProvider,
  type ModelEvent,
  type ProviderCodec,
} from '#providers';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCuts, cutAt } from './testing/chunks.js';
import {
  ANSWER_CONTEXT,
  STREAMED_DIALECTS,
  streamPieces,
  streamedDialect,
  type StreamedDialect,
} from './testing/dialects.js';
import { TranslatedStream } from './translated-stream.js';

const ANSWER: readonly ModelEvent[] = [
  { kind: 'answer-start', id: 'a1', model: 'm' },
  { kind: 'reasoning-start', part: 0 },
  { kind: 'reasoning-delta', part: 0, text: 'hm' },
  { kind: 'reasoning-end', part: 0 },
  { kind: 'text-start', part: 1 },
  { kind: 'text-delta', part: 1, text: 'Grüße ' },
  { kind: 'text-delta', part: 1, text: '👋' },
  { kind: 'text-end', part: 1 },
  { kind: 'tool-call-start', part: 2, callId: 'call_1', name: 'look' },
  { kind: 'tool-call-delta', part: 2, argumentsText: '{"at":"it"}' },
  { kind: 'tool-call-end', part: 2 },
  { kind: 'finish', finish: { reason: 'tool-calls' } },
];

const PROVIDERS: Readonly<Record<StreamedDialect['name'], ProviderCodec>> = {
  'openai-chat': openAiChatProvider,
  'openai-responses': openAiResponsesProvider,
  'anthropic-messages': anthropicMessagesProvider,
  gemini: geminiProvider,
};

interface Translated {
  readonly text: string;
  readonly facts: TranslatedStream['facts'];
  readonly malformed: number;
}

function translate(
  from: ProviderCodec,
  to: StreamedDialect,
  chunks: readonly Buffer[],
  framing: 'sse' | 'aws-event-stream' = 'sse',
): Translated {
  let text = '';
  const writer = to.codec.createStreamWriter(ANSWER_CONTEXT);
  const stream = new TranslatedStream(
    from.createStreamReader(),
    writer,
    (bytes) => void (text += bytes.toString()),
    framing,
  );
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  return { text, facts: stream.facts, malformed: stream.malformedEvents };
}

const PAIRS = STREAMED_DIALECTS.flatMap((from) =>
  STREAMED_DIALECTS.filter((to) => to !== from).map((to) => ({ from, to, name: `${from.name} as ${to.name}` })),
);

describe.each(PAIRS)('a stream of $name', ({ from, to }) => {
  const codec = PROVIDERS[from.name];
  const pieces = streamPieces(from, ANSWER);
  const whole = pieces.join('');

  it('is whole when the provider’s is, with everything in it', () => {
    const { text, facts } = translate(codec, to, [Buffer.from(whole)]);
    expect(facts).toMatchObject({ complete: true, errorMessage: undefined });
    for (const word of ['hm', 'Grüße', '👋', 'look', 'it']) expect(text).toContain(word);
    expect(text).toMatch(to.terminal);
  });

  it('is the same at whatever bytes it was cut, with garbage in it', () => {
    const events = fc.array(fc.constantFrom(...pieces, 'data: {"broken\n\n', ': ping\n\n', 'data: {}\n\n'), {
      maxLength: 14,
    });
    fc.assert(
      fc.property(events, anyCuts, (list, cuts) => {
        const text = list.join('');
        expect(translate(codec, to, cutAt(text, cuts))).toEqual(translate(codec, to, [Buffer.from(text)]));
      }),
      { numRuns: 30 },
    );
  });

  it('that the provider broke off has no end of its own, wherever it broke', () => {
    for (let count = 0; count < pieces.length; count += 1) {
      const { text, facts } = translate(codec, to, [Buffer.from(pieces.slice(0, count).join(''))]);
      if (!facts.complete) expect(text).not.toMatch(to.terminal);
    }
  });
});

describe('an error inside of the provider’s stream', () => {
  const chat = streamedDialect('openai-chat');
  const begun = streamPieces(streamedDialect('anthropic-messages'), ANSWER).slice(0, 3).join('');
  const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n';

  it('is kept to be told, and nothing is written after it', () => {
    let text = '';
    const writer = chat.codec.createStreamWriter(ANSWER_CONTEXT);
    const stream = new TranslatedStream(
      anthropicMessagesProvider.createStreamReader(),
      writer,
      (bytes) => void (text += bytes.toString()),
      'sse',
    );
    stream.push(Buffer.from(begun + error));
    const before = text;
    stream.push(Buffer.from(`${error}event: message_stop\ndata: {"type":"message_stop"}\n\ndata: {"broken\n\n`));
    stream.end();
    expect(text).toBe(before);
    expect(stream.error).toMatchObject({ kind: 'overloaded', message: 'busy' });
    expect(stream.facts.errorMessage).toBe('busy');
    expect(stream.failure({ kind: 'server', status: 502, message: 'gone' })).toContain('gone');
  });
});

describe('events that nobody can read', () => {
  const chat = streamedDialect('openai-chat');

  it('are counted, but not the one that the stream ends in the middle of', () => {
    const { malformed } = translate(geminiProvider, chat, [Buffer.from('data: {"a\n\ndata: {"b\n\ndata: {"c')]);
    expect(malformed).toBe(2);
  });

  it('too long to be read end the stream with an error', () => {
    const { facts, text } = translate(geminiProvider, chat, [
      Buffer.from(`data: {"a":"${'x'.repeat(17 * 1024 * 1024)}`),
    ]);
    expect(facts.errorMessage).toBe('The provider sent an event that is too long.');
    expect(text).toBe('');
  });
});

describe('a stream in Amazon’s framing', () => {
  const chat = streamedDialect('openai-chat');
  const codec = new EventStreamCodec(
    (input) => Buffer.from(input).toString('utf8'),
    (input) => Buffer.from(input, 'utf8'),
  );
  const message = (type: string, body: object): Buffer =>
    Buffer.from(
      codec.encode({
        headers: {
          ':message-type': { type: 'string', value: 'event' },
          ':event-type': { type: 'string', value: type },
          ':content-type': { type: 'string', value: 'application/json' },
        },
        body: Buffer.from(JSON.stringify(body)),
      }),
    );
  const bytes = Buffer.concat([
    message('messageStart', { role: 'assistant' }),
    message('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Grüße 👋' } }),
    message('contentBlockStop', { contentBlockIndex: 0 }),
    message('messageStop', { stopReason: 'end_turn' }),
    message('metadata', { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 } }),
  ]);

  it('is the same at whatever bytes it was cut', () => {
    const whole = translate(bedrockConverseProvider, chat, [bytes], 'aws-event-stream');
    expect(whole.facts).toMatchObject({ complete: true, usage: { inputTokens: 3, outputTokens: 2 } });
    expect(whole.text).toContain('Grüße 👋');
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(translate(bedrockConverseProvider, chat, chunks, 'aws-event-stream')).toEqual(whole);
    }
  });

  it('that is damaged ends with an error', () => {
    const damaged = Buffer.from(bytes);
    damaged[40] = (damaged[40] ?? 0) ^ 0xff;
    const { facts } = translate(bedrockConverseProvider, chat, [damaged], 'aws-event-stream');
    expect(facts).toMatchObject({ complete: false, errorMessage: 'The provider sent a damaged stream.' });
  });
});
