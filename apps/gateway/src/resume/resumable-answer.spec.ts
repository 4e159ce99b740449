import type { ModelError, ModelEvent, ModelRequest } from '#providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANSWER_CONTEXT, STREAMED_DIALECTS, streamedDialect, type StreamedDialect } from '../relay/testing/dialects.js';
import { ResumableAnswer, type Resumption } from './resumable-answer.js';
import { RESTART_DIVERGED } from './restarted-events.js';
import { expectGrammar, readStream } from './testing/stream-grammar.js';

const TEXT = 'Grüße an alle,\n\n die hier 👋 lesen. ';

/** The events of an answer with this text, in pieces of so many characters, after a thought. */
function answer(text: string, pieceLength = 5, thinks = true): readonly ModelEvent[] {
  const pieces = Array.from({ length: Math.ceil(text.length / pieceLength) }, (_, index) =>
    text.slice(index * pieceLength, (index + 1) * pieceLength),
  );
  const thought: readonly ModelEvent[] = [
    { kind: 'reasoning-start', part: 0 },
    { kind: 'reasoning-delta', part: 0, text: 'hm' },
    { kind: 'reasoning-end', part: 0 },
  ];
  return [
    { kind: 'answer-start', id: 'a1', model: 'm' },
    ...(thinks ? thought : []),
    { kind: 'text-start', part: 1 },
    ...pieces.map((piece): ModelEvent => ({ kind: 'text-delta', part: 1, text: piece })),
    { kind: 'text-end', part: 1 },
    { kind: 'finish', finish: { reason: 'stop' } },
  ];
}

/** Writes events as one attempt; tells how it ended. */
function attempt(resumable: ResumableAnswer, events: readonly ModelEvent[]): { text: string; error?: ModelError } {
  const writer = resumable.nextAttempt();
  let text = '';
  for (const event of events) {
    const written = writer.write(event);
    if (typeof written !== 'string') return { text, error: written };
    text += written;
  }
  return { text };
}

function begin(dialect: StreamedDialect, mode: Resumption): ResumableAnswer {
  return new ResumableAnswer(dialect.codec.createStreamWriter(ANSWER_CONTEXT), mode);
}

/** What the model that goes on is given as its beginning. */
function givenBeginning(resumable: ResumableAnswer): string {
  const request: ModelRequest = {
    ...ANSWER_CONTEXT.request,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
  };
  const last = resumable.continuation(request).messages.at(-1);
  const [part] = last?.role === 'assistant' ? last.parts : [];
  return part?.kind === 'text' ? part.text : '';
}

/** The bytes of a stream that broke off after so many events and was completed. */
function completed(
  dialect: StreamedDialect,
  mode: Resumption,
  cut: number,
  pieceLength: number,
): { text: string; resumable: ResumableAnswer } {
  const resumable = begin(dialect, mode);
  const first = attempt(resumable, answer(TEXT).slice(0, cut));
  const rest = mode === 'restart' ? TEXT : TEXT.slice(givenBeginning(resumable).length);
  const second = attempt(resumable, answer(rest, pieceLength));
  expect(second.error).toBeUndefined();
  return { text: first.text + second.text + resumable.nextAttempt().end(), resumable };
}

const EVENTS = answer(TEXT).length;

describe.each(STREAMED_DIALECTS)('a stream of $name that broke off', (dialect) => {
  it.each(['continue', 'restart'] as const)(
    'is whole when another attempt completes it, wherever it broke (%s)',
    (mode) => {
      // All but the last: after its finish there is nothing to go on with.
      for (let cut = 1; cut < EVENTS; cut += 1) {
        for (const pieceLength of [1, 7]) {
          const { text } = completed(dialect, mode, cut, pieceLength);
          expectGrammar(dialect, text);
          expect(readStream(dialect, text).text, `broken after ${cut} events`).toBe(TEXT);
        }
      }
    },
  );

  it('may break off again and again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5 }),
        fc.constantFrom('continue', 'restart'),
        (cuts, mode) => {
          const resumable = begin(dialect, mode as Resumption);
          let text = '';
          for (const cut of [...cuts, Infinity]) {
            const rest = mode === 'restart' ? TEXT : TEXT.slice(givenBeginning(resumable).length);
            const written = attempt(resumable, answer(rest, 3).slice(0, cut));
            expect(written.error).toBeUndefined();
            text += written.text;
          }
          text += resumable.nextAttempt().end();
          expectGrammar(dialect, text);
          expect(readStream(dialect, text).text).toBe(TEXT);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('ends with an explicit error when nobody completes it', () => {
    const resumable = begin(dialect, 'continue');
    const { text } = attempt(resumable, answer(TEXT).slice(0, 7));
    const failed = resumable.fail({ kind: 'server', status: 502, message: 'gone' });
    expect(failed).toContain('gone');
    expect(text + failed).not.toMatch(dialect.terminal);
    expect(resumable.resumable).toBe(false);
  });

  it('may go on with a tool call that the broken attempt had not come to', () => {
    const resumable = begin(dialect, 'continue');
    const first = attempt(resumable, answer(TEXT).slice(0, 7));
    const rest = TEXT.slice(givenBeginning(resumable).length);
    const second = attempt(resumable, [
      ...answer(rest).slice(0, -1),
      { kind: 'tool-call-start', part: 2, callId: 'call_1', name: 'look' },
      { kind: 'tool-call-delta', part: 2, argumentsText: '{}' },
      { kind: 'tool-call-end', part: 2 },
      { kind: 'finish', finish: { reason: 'tool-calls' } },
    ]);
    const text = first.text + second.text + resumable.nextAttempt().end();
    expectGrammar(dialect, text);
    expect(readStream(dialect, text).text).toBe(TEXT);
    expect(text).toContain('look');
  });
});

const chat = streamedDialect('openai-chat');

describe('white space at the joint', () => {
  it.each([
    ['Hello ', ' world', 'Hello world'],
    ['Hello ', 'world', 'Hello world'],
    ['Hello', ' world', 'Hello world'],
    ['Hello\n\n', '\n\nworld', 'Hello\n\nworld'],
    ['Hello\n\n', '\nworld', 'Hello\n\nworld'],
    ['Hello\n', '\n\nworld', 'Hello\n\nworld'],
    ['Hello \n', 'world', 'Hello \nworld'],
    ['Hello', 'world', 'Helloworld'],
    [' \n', ' \nHello', ' \nHello'],
  ])('%j and %j make %j, however the second is cut', (begun, rest, expected) => {
    for (const pieceLength of [1, 2, 100]) {
      const resumable = begin(chat, 'continue');
      const first = attempt(resumable, answer(begun, 100, false).slice(0, 3));
      const second = attempt(resumable, answer(rest, pieceLength, false));
      expect(readStream(chat, first.text + second.text).text).toBe(expected);
    }
  });

  it('is not given to the model that goes on', () => {
    const resumable = begin(chat, 'continue');
    attempt(resumable, answer('Hello \n\t', 100, false).slice(0, 3));
    expect(givenBeginning(resumable)).toBe('Hello');
  });
});

describe('the request of an attempt that goes on', () => {
  const request: ModelRequest = {
    ...ANSWER_CONTEXT.request,
    messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
  };

  it('has the beginning of the answer as its last message', () => {
    const resumable = begin(chat, 'continue');
    attempt(resumable, answer('Hello wor', 100).slice(0, 6));
    expect(resumable.continuation(request).messages).toEqual([
      ...request.messages,
      { role: 'assistant', parts: [{ kind: 'text', text: 'Hello wor' }] },
    ]);
  });

  it('goes on with the beginning that the client gave itself', () => {
    const resumable = begin(chat, 'continue');
    attempt(resumable, answer('wor', 100).slice(0, 6));
    const prefilled: ModelRequest = {
      ...request,
      messages: [...request.messages, { role: 'assistant', parts: [{ kind: 'text', text: 'Hello ' }] }],
    };
    expect(resumable.continuation(prefilled).messages.at(-1)).toEqual({
      role: 'assistant',
      parts: [
        { kind: 'text', text: 'Hello ' },
        { kind: 'text', text: 'wor' },
      ],
    });
    expect(prefilled.messages.at(-1)?.parts).toHaveLength(1);
  });

  it('is the client’s own where nothing was said yet, or the answer is made anew', () => {
    const silent = begin(chat, 'continue');
    attempt(silent, answer(TEXT).slice(0, 5));
    expect(silent.continuation(request)).toBe(request);
    const restarted = begin(chat, 'restart');
    attempt(restarted, answer(TEXT).slice(0, 8));
    expect(restarted.continuation(request)).toBe(request);
  });
});

describe('an answer that is made anew', () => {
  const restartedWith = (text: string, pieceLength = 4): { text: string; error?: ModelError } => {
    const resumable = begin(chat, 'restart');
    attempt(resumable, answer('Hello world', 100).slice(0, 6));
    return attempt(resumable, answer(text, pieceLength));
  };

  it('goes on behind what the client has when it begins with it', () => {
    const { text, error } = restartedWith('Hello world, and all');
    expect(error).toBeUndefined();
    expect(readStream(chat, text).text).toBe(', and all');
  });

  it.each([
    ['says something else', 'Hello there, world'],
    ['says it in other letters', 'hello world'],
    ['is over before it said as much', 'Hello'],
    ['says nothing', ''],
  ])('is an explicit error, and nothing of it is shown, when it %s', (_, fresh) => {
    for (const pieceLength of [1, 3, 100]) {
      const { text, error } = restartedWith(fresh, pieceLength);
      expect(error).toBe(RESTART_DIVERGED);
      expect(readStream(chat, text).text).toBe('');
    }
  });

  it('is an error when it calls a tool where text was', () => {
    const resumable = begin(chat, 'restart');
    attempt(resumable, answer('Hello world', 100).slice(0, 6));
    const call: ModelEvent = { kind: 'tool-call-start', part: 0, callId: 'c', name: 'look' };
    expect(attempt(resumable, [{ kind: 'answer-start' }, call]).error).toBe(RESTART_DIVERGED);
  });

  it('is equal or an error, for any two texts', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 6 });
    fc.assert(
      fc.property(letters, letters, fc.integer({ min: 1, max: 3 }), (sent, fresh, pieceLength) => {
        const resumable = begin(chat, 'restart');
        const first = attempt(resumable, answer(sent, 100, false).slice(0, sent === '' ? 2 : 3));
        const { text, error } = attempt(resumable, answer(fresh, pieceLength, false));
        expect(error === undefined).toBe(fresh.startsWith(sent));
        if (error === undefined) expect(readStream(chat, first.text + text).text).toBe(fresh);
      }),
    );
  });
});

describe('an answer', () => {
  it('can be gone on with until it has begun something that is no text, or is finished', () => {
    const after = (...events: ModelEvent[]): boolean => {
      const resumable = begin(chat, 'continue');
      attempt(resumable, [...answer(TEXT).slice(0, 6), ...events]);
      return resumable.resumable;
    };
    expect(after()).toBe(true);
    expect(after({ kind: 'text-end', part: 1 })).toBe(true);
    expect(after({ kind: 'tool-call-start', part: 2, callId: 'c', name: 'look' })).toBe(false);
    expect(after({ kind: 'refusal-start', part: 2 })).toBe(false);
    const source = { kind: 'url', url: 'https://example.com/cat.png' } as const;
    expect(after({ kind: 'media', part: 2, media: { kind: 'media', medium: 'image', source } })).toBe(false);
    expect(after({ kind: 'finish', finish: { reason: 'stop' } })).toBe(false);
  });

  it('says how it came to its end', () => {
    for (const [mode, word] of [
      ['continue', 'continued'],
      ['restart', 'restarted'],
    ] as const) {
      const resumable = begin(chat, mode);
      expect(resumable.outcome).toBe('none');
      resumable.nextAttempt();
      expect(resumable.outcome).toBe('none');
      resumable.nextAttempt();
      expect(resumable.outcome).toBe(word);
    }
  });
});
