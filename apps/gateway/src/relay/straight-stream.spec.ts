import type { ModelEvent } from '#providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCuts, cutAt } from './testing/chunks.js';
import { STREAMED_DIALECTS, streamPieces, type StreamedDialect } from './testing/dialects.js';
import type { AnswerStream } from './upstream-call.js';

const ANSWER: readonly ModelEvent[] = [
  { kind: 'answer-start', id: 'a1', model: 'm' },
  { kind: 'text-start', part: 0 },
  { kind: 'text-delta', part: 0, text: 'Grüße ' },
  { kind: 'text-delta', part: 0, text: '👋 to "you"\n' },
  { kind: 'text-end', part: 0 },
  { kind: 'finish', finish: { reason: 'stop' } },
];

interface Passed {
  readonly text: string;
  readonly facts: AnswerStream['facts'];
  readonly malformed: number;
  readonly error: string | undefined;
}

/** What becomes of a stream of these chunks. */
function pass({ straightCall }: StreamedDialect, chunks: readonly Buffer[]): Passed {
  const out: Buffer[] = [];
  const stream = straightCall.createStream((bytes) => void out.push(Buffer.from(bytes)), 'sse');
  for (const chunk of chunks) stream.push(chunk);
  stream.end();
  return {
    text: Buffer.concat(out).toString(),
    facts: stream.facts,
    malformed: stream.malformedEvents,
    error: stream.error?.message,
  };
}

const ERROR_EVENTS: Readonly<Record<StreamedDialect['name'], string>> = {
  'openai-chat': 'data: {"error":{"message":"overloaded","type":"server_error"}}\n\n',
  'openai-responses': 'event: error\ndata: {"type":"error","code":"server_error","message":"overloaded"}\n\n',
  'anthropic-messages':
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"overloaded"}}\n\n',
  gemini: 'data: {"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}\n\n',
};

/** What comes before any content. */
const STARTS: Readonly<Record<StreamedDialect['name'], string>> = {
  'openai-chat': 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n',
  'openai-responses':
    'event: response.created\ndata: {"type":"response.created","response":{"status":"in_progress"}}\n\n',
  'anthropic-messages': 'event: message_start\ndata: {"type":"message_start","message":{"content":[]}}\n\n',
  gemini: '',
};

const BROKEN = 'data: {"broken\n\n';

describe.each(STREAMED_DIALECTS)('a stream of $name that goes through unchanged', (dialect) => {
  const pieces = streamPieces(dialect, ANSWER);
  const whole = pieces.join('');
  const error = ERROR_EVENTS[dialect.name];

  it('is complete, and the client gets its very bytes', () => {
    const { text, facts } = pass(dialect, [Buffer.from(whole)]);
    expect(text).toBe(whole);
    expect(facts).toMatchObject({ complete: true, errorMessage: undefined });
    expect(facts.deltas).toBeGreaterThan(0);
  });

  it('is the same at whatever bytes it was cut, with errors and garbage in it', () => {
    const events = fc.array(
      fc.constantFrom(...pieces, error, BROKEN, ': ping\n\n', 'data: {"unknown":true}\n\n', '\r\n\r\n'),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(events, fc.nat({ max: 40 }), anyCuts, (list, missing, cuts) => {
        const joined = list.join('');
        const text = joined.slice(0, Math.max(0, joined.length - missing));
        const atOnce = pass(dialect, [Buffer.from(text)]);
        expect(pass(dialect, cutAt(text, cuts))).toEqual(atOnce);
      }),
      { numRuns: 200 },
    );
  });

  it('cut at every single byte is the same', () => {
    const bytes = Buffer.from(whole);
    expect(
      pass(
        dialect,
        Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)),
      ),
    ).toEqual(pass(dialect, [bytes]));
  });

  it('hides an error that comes before any content, and keeps its words', () => {
    const { text, facts, error: kept } = pass(dialect, [Buffer.from(STARTS[dialect.name] + error)]);
    expect(text).toBe(STARTS[dialect.name]);
    expect(text).not.toContain('overloaded');
    expect(facts).toMatchObject({ errorMessage: 'overloaded', deltas: 0 });
    expect(kept).toBe('overloaded');
  });

  it('shows an error in the middle, and nothing after it, least of all an end', () => {
    const middle = pieces.findIndex((piece) => piece.includes('Gr')) + 1;
    const begun = pieces.slice(0, middle).join('');
    const { text, error: kept } = pass(dialect, [Buffer.from(begun + error + pieces.slice(middle).join(''))]);
    expect(text).toBe(begun + error);
    expect(kept).toBeUndefined();
  });

  it('loses events that nobody can read, and counts them', () => {
    const { text, malformed, facts } = pass(dialect, [Buffer.from(BROKEN + pieces.join(BROKEN))]);
    expect(text).toBe(whole);
    expect(malformed).toBe(pieces.length);
    expect(facts.complete).toBe(true);
  });

  it('does not count what it ends in the middle of, and does not show it', () => {
    const begun = pieces.slice(0, 2).join('');
    const { text, malformed, facts } = pass(dialect, [Buffer.from(`${begun}data: {"half`)]);
    expect(text).toBe(begun);
    expect(malformed).toBe(0);
    expect(facts.complete).toBe(false);
  });
});

describe('an error before the answer', () => {
  it('is rendered in the client’s dialect when the client must be told after all', () => {
    for (const dialect of STREAMED_DIALECTS) {
      const stream = dialect.straightCall.createStream(() => undefined, 'sse');
      stream.push(Buffer.from(ERROR_EVENTS[dialect.name]));
      expect(stream.error).toMatchObject({ kind: 'server', status: 502, message: 'overloaded' });
      const frame = stream.error === undefined ? '' : stream.failure(stream.error);
      expect(frame).toMatch(/^(event: error\n)?data: \{.*overloaded.*\}\n\n/);
      expect(frame).not.toMatch(dialect.terminal);
    }
  });
});
