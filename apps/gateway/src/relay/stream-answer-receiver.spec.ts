import { VirtualClock } from '#kernel';
import type { ModelEvent } from '#providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RelayResult } from './answer-receiver.js';
import { HELD_BYTES_MAX, HELD_MS_MAX, StreamAnswerReceiver } from './stream-answer-receiver.js';
import { STREAMED_DIALECTS, streamPieces, streamedDialect, type StreamedDialect } from './testing/dialects.js';
import { RecordingClient } from './testing/recording-client.js';
import type { UpstreamCall } from './upstream-call.js';

const CONTENT = 'data: {"choices":[{"index":0,"delta":{"content":"Grüße 👋"},"finish_reason":null}],"usage":null}\n\n';
const FINISH = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}\n\n';
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5}}\n\n';
const DONE = 'data: [DONE]\n\n';
const ERROR = 'data: {"error":{"message":"overloaded"}}\n\n';

type Finale = 'end' | 'broken' | 'clientGone' | 'keyRevoked';

function relay(chunks: readonly Buffer[], finale: Finale): { client: RecordingClient; results: RelayResult[] } {
  const client = new RecordingClient();
  const results: RelayResult[] = [];
  const receiver = new StreamAnswerReceiver({
    call: streamedDialect('openai-chat').straightCall,
    framing: 'sse',
    status: 200,
    client,
    schedule: () => () => undefined,
    settle: (result) => void results.push(result),
  });
  for (const chunk of chunks) {
    if (results.length > 0) break;
    receiver.data(chunk);
  }
  if (results.length === 0) {
    if (finale === 'end') receiver.end();
    else if (finale === 'broken') receiver.broken(new Error('reset'));
    else if (finale === 'clientGone') receiver.clientGone();
    else receiver.clientGone('virtual_key_revoked');
  }
  return { client, results };
}

const whole = (text: string): Buffer[] => [Buffer.from(text)];

describe('a relayed stream', () => {
  it('ends cleanly when it is whole, without the usage chunk that only we asked for', () => {
    const { client, results } = relay(whole(CONTENT + FINISH + USAGE + DONE), 'end');
    expect(client.text).toBe(CONTENT + FINISH + DONE);
    expect(results).toMatchObject([{ kind: 'success', value: { end: 'complete', usage: { inputTokens: 10 } } }]);
  });

  it.each(['end', 'broken'] as const)(
    'never ends cleanly when it is cut (%s): an error event and no [DONE]',
    (finale) => {
      const { client, results } = relay(whole(CONTENT), finale);
      expect(client.text).toContain(
        'event: error\ndata: {"type":"error","error":{"type":"upstream_mid_stream_failure"',
      );
      expect(client.text).not.toContain('[DONE]');
      expect(client.state).toBe('ended');
      expect(results).toMatchObject([{ kind: 'interrupted', value: { end: 'cut', deltas: 1 } }]);
    },
  );

  it('leaves out what the stream ended in the middle of, so that the error event stands by itself', () => {
    const { client, results } = relay(whole(CONTENT + CONTENT.slice(0, 40)), 'end');
    expect(client.text).toMatch(/\n\nevent: error\ndata: \{[^\n]*\}\n\n$/);
    expect(client.text.match(/"choices"/g)).toHaveLength(1);
    expect(results).toMatchObject([{ kind: 'interrupted', value: { end: 'cut' } }]);
  });

  it('commits to nothing when it ends in the middle of its first event', () => {
    const { client, results } = relay(whole(CONTENT.slice(0, 40)), 'end');
    expect(client.committed).toBe(false);
    expect(results).toMatchObject([{ kind: 'unusable' }]);
  });

  it('shows a last event that lacks nothing but its blank line', () => {
    const { client, results } = relay(whole((CONTENT + FINISH + DONE).trimEnd()), 'end');
    expect(client.text.endsWith('data: [DONE]')).toBe(true);
    expect(results).toMatchObject([{ kind: 'success', value: { end: 'complete' } }]);
  });

  it('takes a stream that has its finish reason for whole, although [DONE] is missing', () => {
    expect(relay(whole(CONTENT + FINISH), 'broken').results).toMatchObject([{ kind: 'success' }]);
  });

  it('passes on an error event in the middle and reports it', () => {
    const { client, results } = relay(whole(CONTENT + ERROR), 'end');
    expect(client.text).toContain('overloaded');
    expect(results).toMatchObject([{ kind: 'interrupted', value: { end: 'error_event' } }]);
  });

  it.each([
    ['nothing', '', 'end'],
    ['only our own usage chunk', USAGE, 'end'],
    ['an error event first', ERROR, 'end'],
    ['a reset first', '', 'broken'],
  ] as const)('commits to nothing when there is %s, so that another candidate can serve', (_, text, finale) => {
    const { client, results } = relay(text === '' ? [] : whole(text), finale);
    expect(client.committed).toBe(false);
    expect(results).toHaveLength(1);
    expect(results[0]).toHaveProperty('failure');
  });

  it('reports a client that left, with what was used so far, and writes nothing more', () => {
    const { client, results } = relay(whole(CONTENT), 'clientGone');
    expect(client.state).toBe('started');
    expect(results).toMatchObject([{ kind: 'success', value: { end: 'client_gone', deltas: 1 } }]);
  });

  it('is complete when the client hangs up on the last event, before the connection ends', () => {
    const { results } = relay(whole(CONTENT + FINISH + USAGE + DONE), 'clientGone');
    expect(results).toMatchObject([{ kind: 'success', value: { end: 'complete', usage: { inputTokens: 10 } } }]);
  });

  it('tells a client whose key was revoked so in an error event, with nothing of the event under way before it', () => {
    const { client, results } = relay(whole(CONTENT + CONTENT.slice(0, 40)), 'keyRevoked');
    const frame =
      'event: error\ndata: {"type":"error","error":{"type":"virtual_key_revoked","code":"virtual_key_revoked"';
    expect(client.text.match(/"choices"/g)).toHaveLength(1);
    expect(client.text).toContain(`\n\n${frame}`);
    expect(client.state).toBe('ended');
    expect(results).toMatchObject([{ kind: 'success', value: { end: 'virtual_key_revoked', deltas: 1 } }]);
  });

  it('lets a client have its answer that was whole already when the key was revoked', () => {
    const { client, results } = relay(whole(CONTENT + FINISH), 'keyRevoked');
    expect(client.text).not.toContain('event: error');
    expect(results).toMatchObject([{ kind: 'success', value: { end: 'complete' } }]);
  });

  it('settles once, keeps the client’s protocol and sends the same, whatever comes in whatever pieces', () => {
    const events = fc.array(fc.constantFrom(CONTENT, FINISH, USAGE, DONE, ERROR, ': ping\n\n', 'data: {broken\n\n'));
    const cuts = fc.array(fc.nat({ max: 600 }), { maxLength: 12 });
    const finales = fc.constantFrom<Finale>('end', 'broken', 'clientGone', 'keyRevoked');
    fc.assert(
      fc.property(events, cuts, finales, (list, at, finale) => {
        const bytes = Buffer.from(list.join(''));
        const offsets = [
          0,
          ...at.filter((cut) => cut < bytes.length).sort((left, right) => left - right),
          bytes.length,
        ];
        const chunks = offsets.slice(1).map((end, index) => bytes.subarray(offsets[index], end));
        const { client, results } = relay(chunks, finale);
        expect(results).toHaveLength(1);
        const inOnePiece = relay([bytes], finale);
        expect({ text: client.text, results }).toEqual({ text: inOnePiece.client.text, results: inOnePiece.results });
        const clean =
          client.state === 'ended' && !client.text.includes('event: error') && !client.text.includes('overloaded');
        if (clean) expect(client.text).toMatch(/finish_reason":"stop"|\[DONE\]/);
      }),
      { numRuns: 500 },
    );
  });
});

interface Options {
  readonly call?: Partial<UpstreamCall>;
  readonly clock?: VirtualClock;
}

/** A receiver with a clock that a test moves, for one dialect. */
function receive(
  dialect: StreamedDialect,
  { call = {}, clock = new VirtualClock() }: Options = {},
): {
  readonly receiver: StreamAnswerReceiver;
  readonly client: RecordingClient;
  readonly results: RelayResult[];
  readonly clock: VirtualClock;
} {
  const client = new RecordingClient();
  const results: RelayResult[] = [];
  const receiver = new StreamAnswerReceiver({
    call: { ...dialect.straightCall, ...call },
    framing: 'sse',
    status: 200,
    client,
    schedule: (durationMs, action) => clock.schedule(durationMs, action),
    settle: (result) => void results.push(result),
  });
  return { receiver, client, results, clock };
}

const chat = streamedDialect('openai-chat');
const ROLE = 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n';
const bytesOf = (text: string): Buffer => Buffer.from(text);

describe('what comes before the content', () => {
  it('is held back, and goes out with it', () => {
    const { receiver, client } = receive(chat);
    receiver.data(bytesOf(ROLE));
    receiver.data(bytesOf(': ping\n\n'));
    expect(client.committed).toBe(false);
    expect(receiver.phase).toBe('first-token');
    receiver.data(bytesOf(CONTENT));
    expect(client.text).toBe(`${ROLE}: ping\n\n${CONTENT}`);
    expect(receiver.phase).toBe('between-tokens');
  });

  it('and the content together are whole once they are finished, although the provider does not let go', () => {
    const { receiver, client, results } = receive(chat);
    receiver.data(bytesOf(ROLE + CONTENT + FINISH));
    expect(receiver.phase).toBe('closing');
    receiver.timeUp('timeout_stall');
    expect(client.text).toBe(ROLE + CONTENT + FINISH);
    expect(results).toMatchObject([{ kind: 'success', value: { end: 'complete' } }]);
  });

  it('is dropped when the provider dies after it, so that another candidate can serve', () => {
    const { receiver, client, results, clock } = receive(chat);
    receiver.data(bytesOf(ROLE));
    receiver.end();
    expect(client.committed).toBe(false);
    expect(results).toMatchObject([{ kind: 'unusable' }]);
    expect(clock.sleeping).toBe(0);
  });

  it('is held back for 15 seconds at most, from its own coming on', async () => {
    const { receiver, client, clock } = receive(chat);
    await clock.advance(HELD_MS_MAX);
    receiver.data(bytesOf(ROLE));
    await clock.advance(HELD_MS_MAX - 1);
    expect(client.committed).toBe(false);
    await clock.advance(1);
    expect(client.text).toBe(ROLE);
  });

  it('is held back up to 64 KiB', () => {
    const { receiver, client } = receive(chat);
    const ping = `: ${'x'.repeat(1_020)}\n\n`;
    for (let count = 0; count < 64; count += 1) receiver.data(bytesOf(ping));
    expect(HELD_BYTES_MAX).toBe(64 * ping.length);
    expect(client.committed).toBe(false);
    receiver.data(bytesOf(ping));
    expect(client.committed).toBe(true);
  });

  it('leaves no timer behind, however the attempt ends', () => {
    const ends = [
      (receiver: StreamAnswerReceiver) => receiver.data(bytesOf(CONTENT)),
      (receiver: StreamAnswerReceiver) => receiver.end(),
      (receiver: StreamAnswerReceiver) => receiver.broken(new Error('reset')),
      (receiver: StreamAnswerReceiver) => receiver.timeUp('timeout_first_token'),
      (receiver: StreamAnswerReceiver) => receiver.clientGone(),
    ];
    for (const end of ends) {
      const { receiver, clock } = receive(chat);
      receiver.data(bytesOf(ROLE));
      expect(clock.sleeping).toBe(1);
      end(receiver);
      expect(clock.sleeping).toBe(0);
    }
  });

  it('is not held back of an attempt that goes on with a stream', () => {
    const { receiver, client } = receive(chat, { call: { goesOn: true } });
    receiver.data(bytesOf(ROLE));
    expect(client.text).toBe(ROLE);
  });

  it('that was shown is followed by the provider’s error, not by a clean end', async () => {
    const { receiver, client, results, clock } = receive(chat);
    receiver.data(bytesOf(ROLE));
    await clock.advance(HELD_MS_MAX);
    receiver.data(bytesOf(ERROR));
    expect(client.text).toContain('event: error\ndata: {"type":"error"');
    expect(client.text).toContain('overloaded');
    expect(results).toMatchObject([{ kind: 'interrupted', value: { end: 'error_event' } }]);
  });
});

describe('a stream that is delivered once it is whole', () => {
  const buffered = { call: { delivery: 'buffered' } } as const;

  it('goes out in one, with its last event', () => {
    const { receiver, client, results } = receive(chat, buffered);
    receiver.data(bytesOf(ROLE + CONTENT));
    receiver.data(bytesOf(CONTENT));
    expect(client.committed).toBe(false);
    receiver.data(bytesOf(FINISH));
    receiver.data(bytesOf(DONE));
    receiver.end();
    expect(client.text).toBe(ROLE + CONTENT + CONTENT + FINISH + DONE);
    expect(results).toMatchObject([{ kind: 'success', value: { end: 'complete' } }]);
  });

  it.each(['end', 'broken', 'stall', 'error'] as const)('falls back unseen when it breaks off (%s)', async (how) => {
    const { receiver, client, results, clock } = receive(chat, buffered);
    receiver.data(bytesOf(CONTENT));
    await clock.advance(HELD_MS_MAX * 2);
    if (how === 'end') receiver.end();
    else if (how === 'broken') receiver.broken(new Error('reset'));
    else if (how === 'stall') receiver.timeUp('timeout_stall');
    else receiver.data(bytesOf(ERROR));
    expect(client.committed).toBe(false);
    expect(results).toHaveLength(1);
    expect(results[0]).toHaveProperty('failure');
  });
});

const ANSWER: readonly ModelEvent[] = [
  { kind: 'answer-start', id: 'a1', model: 'm' },
  { kind: 'text-start', part: 0 },
  { kind: 'text-delta', part: 0, text: 'Grüße' },
  { kind: 'text-delta', part: 0, text: ' an alle' },
  { kind: 'text-end', part: 0 },
  { kind: 'finish', finish: { reason: 'stop' } },
];

describe.each(STREAMED_DIALECTS)('a stream of $name', (dialect) => {
  const pieces = streamPieces(dialect, ANSWER);
  const begun = pieces.slice(0, pieces.findIndex((piece) => piece.includes('Grü')) + 1).join('');

  it.each([
    ['the provider ends it too early', 'cut', (receiver: StreamAnswerReceiver) => receiver.end()],
    ['the connection breaks', 'cut', (receiver: StreamAnswerReceiver) => receiver.broken(new Error('reset'))],
    ['the provider falls silent', 'stalled', (receiver: StreamAnswerReceiver) => receiver.timeUp('timeout_stall')],
    ['it takes too long', 'stalled', (receiver: StreamAnswerReceiver) => receiver.timeUp('timeout_total')],
    ['the request’s time is used up', 'deadline', (receiver: StreamAnswerReceiver) => receiver.timeUp('deadline')],
    [
      'its key is revoked',
      'virtual_key_revoked',
      (receiver: StreamAnswerReceiver) => receiver.clientGone('virtual_key_revoked'),
    ],
  ] as const)('ends with an error and without its terminal marker when %s', (_, end, finale) => {
    const { receiver, client, results } = receive(dialect);
    receiver.data(bytesOf(begun));
    finale(receiver);
    expect(client.state).toBe('ended');
    expect(client.text.startsWith(begun)).toBe(true);
    const frame = client.text.slice(begun.length);
    expect(frame).toMatch(/"(error|code)":/);
    expect(frame).toMatch(/\n\n$/);
    expect(client.text).not.toMatch(dialect.terminal);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ value: { end } });
  });

  it('is complete once its answer is, whatever becomes of the connection then', () => {
    const finales = [
      (receiver: StreamAnswerReceiver) => receiver.end(),
      (receiver: StreamAnswerReceiver) => receiver.broken(new Error('reset')),
      (receiver: StreamAnswerReceiver) => receiver.timeUp('timeout_stall'),
      (receiver: StreamAnswerReceiver) => receiver.timeUp('deadline'),
    ];
    for (const finale of finales) {
      const { receiver, client, results } = receive(dialect);
      receiver.data(bytesOf(pieces.join('')));
      finale(receiver);
      expect(client.text).toBe(pieces.join(''));
      expect(client.state).toBe('ended');
      expect(results).toMatchObject([{ kind: 'success', value: { end: 'complete' } }]);
    }
  });

  it('stays open when somebody else may go on with it', () => {
    const { receiver, client, results } = receive(dialect, { call: { resumable: () => true } });
    receiver.data(bytesOf(begun));
    receiver.end();
    expect(client.text).toBe(begun);
    expect(client.state).toBe('started');
    expect(results).toMatchObject([{ kind: 'interrupted', resumable: true, value: { end: 'cut' } }]);
  });

  it('is ended by the deadline even when somebody could go on with it', () => {
    const { receiver, client, results } = receive(dialect, { call: { resumable: () => true } });
    receiver.data(bytesOf(begun));
    receiver.timeUp('deadline');
    expect(client.state).toBe('ended');
    expect(results).toMatchObject([{ value: { end: 'deadline' } }]);
    expect(results[0]).not.toMatchObject({ resumable: true });
  });
});

describe('the outcome before anything was sent', () => {
  it.each([
    ['timeout_first_token', (receiver: StreamAnswerReceiver) => receiver.timeUp('timeout_first_token')],
    ['timeout_total', (receiver: StreamAnswerReceiver) => receiver.timeUp('timeout_total')],
    ['deadline', (receiver: StreamAnswerReceiver) => receiver.timeUp('deadline')],
    ['unusable', (receiver: StreamAnswerReceiver) => receiver.broken(new Error('x'))],
    ['unusable', (receiver: StreamAnswerReceiver) => receiver.data(bytesOf(ERROR))],
    ['client_gone', (receiver: StreamAnswerReceiver) => receiver.clientGone('virtual_key_disabled')],
  ] as const)('is %s', (kind, finale) => {
    const { receiver, client, results } = receive(chat);
    receiver.data(bytesOf(ROLE));
    finale(receiver);
    expect(results).toMatchObject([{ kind, failure: { kind: 'silent' } }]);
    expect(client.committed).toBe(false);
  });
});
