import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RelayResult } from './answer-receiver.js';
import { StreamAnswerReceiver } from './stream-answer-receiver.js';
import { streamedDialect } from './testing/dialects.js';
import { RecordingClient } from './testing/recording-client.js';

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
