import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RelayResult } from './answer-receiver.js';
import { PLAIN_ANSWER_BYTES_MAX, PlainAnswerReceiver } from './plain-answer-receiver.js';
import { anyCuts, cutAt } from './testing/chunks.js';
import { streamedDialect } from './testing/dialects.js';
import { RecordingClient } from './testing/recording-client.js';

const ANSWER = JSON.stringify({
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Grüße 👋' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
});

function receive(): { receiver: PlainAnswerReceiver; client: RecordingClient; results: RelayResult[] } {
  const client = new RecordingClient();
  const results: RelayResult[] = [];
  const { straightCall } = streamedDialect('openai-chat');
  return {
    receiver: new PlainAnswerReceiver(straightCall, 200, client, (result) => void results.push(result)),
    client,
    results,
  };
}

describe('an answer in one piece', () => {
  it('goes to the client byte for byte once it is whole, at whatever bytes it was cut', () => {
    fc.assert(
      fc.property(anyCuts, (cuts) => {
        const { receiver, client, results } = receive();
        for (const chunk of cutAt(ANSWER, cuts)) receiver.data(chunk);
        expect(client.committed).toBe(false);
        receiver.end();
        expect(client.text).toBe(ANSWER);
        expect(client.head).toEqual({ bodyBytes: Buffer.byteLength(ANSWER), contentType: undefined });
        expect(results).toMatchObject([{ kind: 'success', value: { end: 'complete', usage: { inputTokens: 3 } } }]);
      }),
    );
  });

  it('that is none falls back unseen, wherever it was cut off', () => {
    for (let length = 0; length < Buffer.byteLength(ANSWER); length += 1) {
      const { receiver, client, results } = receive();
      receiver.data(Buffer.from(ANSWER).subarray(0, length));
      receiver.end();
      expect(client.committed).toBe(false);
      expect(results).toMatchObject([{ kind: 'unusable' }]);
    }
  });

  it.each([
    ['unusable', (receiver: PlainAnswerReceiver) => receiver.broken(new Error('x'))],
    ['timeout_stall', (receiver: PlainAnswerReceiver) => receiver.timeUp('timeout_stall')],
    ['client_gone', (receiver: PlainAnswerReceiver) => receiver.clientGone()],
  ] as const)('that breaks off is %s, and nothing of it is shown', (kind, finale) => {
    const { receiver, client, results } = receive();
    expect(receiver.phase).toBe('first-token');
    receiver.data(Buffer.from(ANSWER));
    expect(receiver.phase).toBe('between-tokens');
    finale(receiver);
    expect(client.committed).toBe(false);
    expect(results).toMatchObject([{ kind }]);
  });

  it('that is larger than the limit is given up', () => {
    const { receiver, results } = receive();
    const chunk = Buffer.alloc(16 * 1024 * 1024);
    for (let bytes = 0; bytes < PLAIN_ANSWER_BYTES_MAX; bytes += chunk.length) receiver.data(chunk);
    expect(results).toEqual([]);
    receiver.data(Buffer.from('x'));
    expect(results).toMatchObject([{ kind: 'unusable' }]);
  });
});
