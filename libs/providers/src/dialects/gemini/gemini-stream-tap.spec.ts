import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerFacts } from '../../spec/answer-tap.js';
import { SseFramer } from '../../transport/sse-framer.js';
import { GeminiStreamTap } from './gemini-stream-tap.js';

const STREAM = [
  ': keep-alive\n\n',
  'data: {"candidates":[{"content":{"parts":[{"text":"Grüße 👋 \\"usageMetadata\\": \\"finishReason\\""}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":12,"totalTokenCount":12}}\r\n\r\n',
  'data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":"}"}}}]}}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":2,"totalTokenCount":14}}\n\n',
  'event: odd\ndata: {"unknown":true}\n\n',
  'data: {"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":20,"cachedContentTokenCount":4}}\n\n',
];

function relay(chunks: readonly Buffer[]): { bytes: string; facts: AnswerFacts } {
  const tap = new GeminiStreamTap();
  const out: Buffer[] = [];
  const framer = new SseFramer({
    onEvent: (event) => {
      const verdict = tap.onEvent(event);
      // The framer's buffer is not ours: what the tap keeps must be a copy.
      if (chunks.length > 1) event.fill(0x78);
      return verdict;
    },
    onBytes: (bytes) => out.push(Buffer.from(bytes)),
  });
  for (const chunk of chunks) framer.push(Buffer.from(chunk));
  framer.end();
  const { usage, complete, errorMessage, deltas } = tap.facts;
  return { bytes: Buffer.concat(out).toString(), facts: { usage, complete, errorMessage, deltas } };
}

describe('a relayed Gemini stream', () => {
  const whole = Buffer.from(STREAM.join(''));

  it('passes every byte and reports the last usage, in disjoint buckets', () => {
    const { bytes, facts } = relay([whole]);
    expect(bytes).toBe(whole.toString());
    expect(facts).toMatchObject({
      complete: true,
      deltas: 2,
      errorMessage: undefined,
      usage: { inputTokens: 8, cacheReadTokens: 4, outputTokens: 8, reasoningTokens: 3 },
    });
  });

  it('gives the same facts when it is cut in two at every byte, and keeps no bytes of its source', () => {
    const expected = relay([whole]).facts;
    for (let at = 0; at <= whole.length; at += 1) {
      expect(relay([whole.subarray(0, at), whole.subarray(at)]).facts, `cut at ${at}`).toEqual(expected);
    }
  });

  it('knows usage so far when it is cut before its end, and is incomplete', () => {
    expect(relay([Buffer.from(STREAM.slice(0, 3).join(''))]).facts).toMatchObject({
      complete: false,
      usage: { inputTokens: 12, outputTokens: 2 },
    });
  });

  it('keeps what is known when the last chunks say nothing about tokens', () => {
    const quiet = 'data: {"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"trafficType":"ON_DEMAND"}}\n\n';
    expect(relay([Buffer.from(STREAM[2] + quiet)]).facts.usage).toMatchObject({ inputTokens: 12, outputTokens: 2 });
  });

  it('is incomplete when it ends in the middle of the chunk with the finish reason', () => {
    for (let cut = 3; cut < 20; cut += 1) {
      expect(relay([whole.subarray(0, -cut)]).facts.complete, `${cut} bytes short`).toBe(false);
    }
  });

  it('is incomplete while a finish reason is empty or stands in an argument', () => {
    const events = [
      'data: {"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":""}]}\n\n',
      'data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"finishReason":"STOP"}}}]}}]}\n\n',
    ];
    expect(relay([Buffer.from(events.join(''))]).facts).toMatchObject({ complete: false, deltas: 2 });
  });

  it('is complete when the prompt was blocked', () => {
    const event = 'data: {"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4}}\n\n';
    expect(relay([Buffer.from(event)]).facts).toMatchObject({ complete: true, usage: { inputTokens: 4 } });
  });

  it('reports an error event, bounded, and lets the client see it', () => {
    const event = `data: {"error":{"code":503,"message":"${'overloaded '.repeat(100)}","status":"UNAVAILABLE"}}\n\n`;
    const { bytes, facts } = relay([Buffer.from(event)]);
    expect(bytes).toBe(event);
    expect(facts.errorMessage).toHaveLength(512);
  });

  it('never throws and never loses a byte on random input', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc
        .constantFrom('data: ', '\n', '\r\n\r\n', '"usageMetadata":{', '{"error":{', '{"candidates":[{"finishReason":"')
        .map((text) => Uint8Array.from(Buffer.from(text))),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const bytes = Buffer.concat(pieces.map((chunk) => Buffer.from(chunk)));
        expect(relay([bytes]).bytes).toBe(bytes.toString());
      }),
      { numRuns: 300 },
    );
  });
});
