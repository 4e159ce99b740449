import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerFacts } from '../../spec/answer-tap.js';
import { SseFramer } from '../../transport/sse-framer.js';
import { anthropicMessagesStraight } from './anthropic-messages-straight.js';
import { readMessagesRequest } from './messages-request.js';
import { sse } from './testing/contexts.js';

const STREAM = [
  sse('message_start', {
    message: {
      id: 'msg_1',
      usage: {
        input_tokens: 12,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
        output_tokens: 1,
      },
    },
  }),
  ': keep-alive\n\n',
  sse('ping'),
  sse('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  'event: content_block_delta\r\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße 👋 \\"message_stop\\""}}\r\n\r\n',
  'data: {"type": "content_block_delta","index":0,"delta":{"type":"text_delta","text":"!"}}\n\n',
  sse('content_block_stop', { index: 0 }),
  sse('some_new_event', { usage: { output_tokens: 999 } }),
  sse('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 42 } }),
  sse('message_stop').trimEnd(),
];
const DELTAS = STREAM.slice(0, -2).join('');

function relay(chunks: readonly Buffer[]): { bytes: string; facts: AnswerFacts } {
  const tap = anthropicMessagesStraight.createTap(readMessagesRequest(Buffer.from('{}')));
  const out: Buffer[] = [];
  const framer = new SseFramer({ onEvent: (event) => tap.onEvent(event), onBytes: (bytes) => out.push(bytes) });
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return { bytes: Buffer.concat(out).toString(), facts: tap.facts };
}

describe('a relayed Messages stream', () => {
  const whole = Buffer.from(STREAM.join(''));

  it('reports usage in disjoint buckets, each field as it was said last', () => {
    expect(relay([whole]).facts).toEqual({
      complete: true,
      deltas: 2,
      errorMessage: undefined,
      usage: {
        inputTokens: 12,
        outputTokens: 42,
        cacheReadTokens: 100,
        cacheWriteTokens: 30,
        cacheWrite1hTokens: 20,
        reasoningTokens: undefined,
        inputAudioTokens: undefined,
        outputAudioTokens: undefined,
      },
    });
  });

  it('gives the same bytes and the same facts when it is cut in two at every byte', () => {
    const expected = relay([whole]);
    expect(expected.bytes).toBe(whole.toString());
    for (let at = 0; at <= whole.length; at += 1) {
      expect(relay([whole.subarray(0, at), whole.subarray(at)]), `cut at ${at}`).toEqual(expected);
    }
  });

  it('says nothing of the output, and is not complete, when it was cut before its end', () => {
    expect(relay([Buffer.from(DELTAS)]).facts).toMatchObject({
      complete: false,
      deltas: 2,
      usage: { inputTokens: 12, outputTokens: undefined },
    });
  });

  it('is complete with a stop reason, or with its last event', () => {
    const stopReason = sse('message_delta', { delta: { stop_reason: 'max_tokens' }, usage: {} });
    const noReason = sse('message_delta', { delta: { stop_reason: null }, usage: { output_tokens: 3 } });
    expect(relay([Buffer.from(stopReason)]).facts.complete).toBe(true);
    expect(relay([Buffer.from(noReason)]).facts).toMatchObject({ complete: false, usage: { outputTokens: 3 } });
    expect(relay([Buffer.from(sse('message_stop'))]).facts.complete).toBe(true);
  });

  it('notices an error inside the stream', () => {
    const error = sse('error', { error: { type: 'overloaded_error', message: 'Overloaded' } });
    expect(relay([Buffer.from(error)]).facts).toMatchObject({ errorMessage: 'Overloaded', complete: false });
    expect(relay([Buffer.from(sse('error'))]).facts.errorMessage).toBe('the provider reported an error');
  });

  it('counts deltas also behind other fields of their event', () => {
    const event = 'id: 7\nevent: content_block_delta\ndata: {"type":"content_block_delta"}\n\n';
    expect(relay([Buffer.from(event)]).facts.deltas).toBe(1);
  });

  it('never throws and never loses a byte on random input', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
        fc
          .constantFrom(
            'event: message_delta\n',
            'data: {"type":"message_start","message":7}',
            '\n',
            '\r\n',
            '{"usage":',
          )
          .map((text) => Buffer.from(text)),
      ),
    );
    fc.assert(
      fc.property(pieces, (chunks) => {
        expect(relay(chunks).bytes).toBe(Buffer.concat(chunks).toString());
      }),
    );
  });
});
