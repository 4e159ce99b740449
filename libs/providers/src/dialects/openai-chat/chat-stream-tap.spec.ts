import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerFacts } from '../../spec/answer-tap.js';
import { SseFramer } from '../../transport/sse-framer.js';
import { ChatStreamTap } from './chat-stream-tap.js';

const STREAM = [
  ': keep-alive\n\n',
  'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"Grüße 👋 \\"usage\\":{"}}]}\r\n\r\n',
  'event: message\ndata: {"choices":[{"index":0,"delta":{"tool_calls":[{"function":{"arguments":"{\\"a\\""}}]}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
  'data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4}}}\n\n',
  'data: [DONE]\n\n',
];
const USAGE_EVENT = 5;

function relay(chunks: readonly Buffer[], withholdUsageChunk: boolean): { bytes: string; facts: AnswerFacts } {
  const tap = new ChatStreamTap({ withholdUsageChunk });
  const out: Buffer[] = [];
  const framer = new SseFramer({ onEvent: (event) => tap.onEvent(event), onBytes: (bytes) => out.push(bytes) });
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return { bytes: Buffer.concat(out).toString(), facts: tap.facts };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const offsets = [0, ...[...at].sort((left, right) => left - right), bytes.length];
  return offsets.slice(1).map((end, index) => bytes.subarray(offsets[index], end));
}

describe('a relayed chat stream', () => {
  const whole = Buffer.from(STREAM.join(''));
  const withoutUsage = STREAM.toSpliced(USAGE_EVENT, 1).join('');

  it('gives the same bytes and the same facts when it is cut in two at every byte', () => {
    const expected = relay([whole], false);
    expect(expected.bytes).toBe(whole.toString());
    for (let at = 0; at <= whole.length; at += 1) {
      expect(relay(cut(whole, [at]), false), `cut at ${at}`).toEqual(expected);
    }
  });

  it('gives the same bytes without the usage chunk under any chunking, when we asked for it', () => {
    const expected = relay([whole], true);
    expect(expected.bytes).toBe(withoutUsage);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: whole.length }), { maxLength: 40 }), (at) => {
        expect(relay(cut(whole, at), true)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('reports usage in disjoint buckets, completeness and the number of deltas with something in them', () => {
    expect(relay([whole], true).facts).toMatchObject({
      complete: true,
      deltas: 2,
      errorMessage: undefined,
      usage: { inputTokens: 8, cacheReadTokens: 4, outputTokens: 5 },
    });
  });

  it.each([
    '{"choices":[{"delta":{"content":"x"}}]}',
    '{ "choices" : [ { "delta" : { "content" : "x" } } ] }',
    '{"choices":[{"delta":{"content":"\\""}}]}',
    '{"choices":[{"delta":{"content":[{"type":"thinking"}]}}]}',
    '{"choices":[{"delta":{"content":"","reasoning_content":"x"}}]}',
    '{"choices":[{"delta":{"reasoning":"x"}}]}',
    '{"choices":[{"delta":{"reasoning_details":[{"text":"x"}]}}]}',
    '{"choices":[{"delta":{"refusal":"x"}}]}',
    '{"choices":[{"delta":{"audio":{"data":"AA=="}}}]}',
    '{"choices":[{"delta":{"images":[{"type":"image_url"}]}}]}',
    '{"choices":[{"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0}]}}]}',
    '{"choices":[{"delta":{"function_call":{"name":"f"}}}]}',
    '{"choices":[{"delta":{"content":"last"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}',
  ])('counts a chunk that carries something: %s', (chunk) => {
    expect(relay([Buffer.from(`data: ${chunk}\n\n`)], false).facts.deltas).toBe(1);
  });

  it.each([
    '{"choices":[{"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}]}',
    '{"choices":[{"delta":{"role":"assistant","content":null,"reasoning":"","tool_calls":[]}}]}',
    '{"choices":[{"delta":{},"finish_reason":"stop","logprobs":{"content":[]}}]}',
    '{"choices":[],"usage":{"prompt_tokens":1,"prompt_tokens_details":{"audio_tokens":1}}}',
    '{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}',
    '[DONE]',
  ])('does not count a chunk that carries nothing: %s', (chunk) => {
    expect(relay([Buffer.from(`data: ${chunk}\n\n`)], false).facts.deltas).toBe(0);
  });

  it('is not deceived by text that looks like a chunk', () => {
    const text = '"content":"x","finish_reason":"stop","usage":{"prompt_tokens":9},"error":{"message":"x"}';
    const event = `data: ${JSON.stringify({ choices: [{ delta: { note: text } }] })}\n\n`;
    expect(relay([Buffer.from(event)], false).facts).toEqual({
      usage: undefined,
      complete: false,
      errorMessage: undefined,
      deltas: 0,
    });
  });

  it('takes an empty finish reason, as some vendors send with every chunk, for none', () => {
    const event = 'data: {"choices":[{"delta":{"content":"x"},"finish_reason":""}]}\n\n';
    expect(relay([Buffer.from(event)], false).facts.complete).toBe(false);
  });

  it.each([
    ['event: error\ndata: {"message":"no capacity"}\n\n', 'no capacity'],
    ['event:error\r\ndata: no capacity\r\n\r\n', 'no capacity'],
    ['event: error\ndata: {"error":{"message":"no capacity"}}\n\n', 'no capacity'],
    ['data: {"error":"no capacity"}\n\n', 'no capacity'],
    ['data: {"error":{"code":500}}\n\n', 'the provider reported an error'],
  ])('reads an error however it is marked: %j', (event, message) => {
    expect(relay([Buffer.from(event)], false).facts.errorMessage).toBe(message);
  });

  it('is not complete when the vendor says that it broke the answer off', () => {
    const event = 'data: {"choices":[{"delta":{},"finish_reason":"error"}]}\n\n';
    expect(relay([Buffer.from(event)], false).facts).toMatchObject({
      complete: false,
      errorMessage: 'the provider broke its answer off: error',
    });
  });

  it('is incomplete without a finish reason or terminal marker', () => {
    expect(relay([Buffer.from(STREAM.slice(0, 4).join(''))], true).facts.complete).toBe(false);
    expect(relay([Buffer.from(STREAM.slice(0, 5).join(''))], true).facts.complete).toBe(true);
  });

  it('is incomplete when it ends in the middle of the chunk with the finish reason', () => {
    const upToFinish = Buffer.from(STREAM.slice(0, 5).join('').trimEnd());
    for (let cutBytes = 1; cutBytes < 20; cutBytes += 1) {
      expect(relay([upToFinish.subarray(0, -cutBytes)], true).facts.complete).toBe(false);
    }
    expect(relay([upToFinish], true).facts.complete).toBe(true);
  });

  it('reports an error event and lets the client see it', () => {
    const event = 'data: {"error":{"message":"the server is overloaded"}}\n\n';
    const { bytes, facts } = relay([Buffer.from(event)], true);
    expect(bytes).toBe(event);
    expect(facts.errorMessage).toBe('the server is overloaded');
  });

  it('keeps usage that comes with a last content chunk, also when we asked for it', () => {
    const event =
      'data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n';
    expect(relay([Buffer.from(event)], true)).toMatchObject({ bytes: event, facts: { usage: { outputTokens: 2 } } });
  });

  it.each([
    '{"choices":[{"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":1,"completion_tokens":2}}]}',
    '{"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":1,"completion_tokens":2}}}',
  ])('reads usage where only this vendor puts it: %s', (chunk) => {
    expect(relay([Buffer.from(`data: ${chunk}\n\n`)], true).facts.usage).toMatchObject({ outputTokens: 2 });
  });

  it('passes a last event without its blank line and events that are not JSON', () => {
    const text = 'data: {broken\n\ndata: {"choices":[]';
    expect(relay([Buffer.from(text)], true).bytes).toBe(text);
  });

  it('never throws and never loses a byte on random input', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }),
        fc
          .constantFrom('data: ', '\n', '\r\n', '{"usage":{', '"error":{')
          .map((text) => Uint8Array.from(Buffer.from(text))),
      ),
    );
    fc.assert(
      fc.property(pieces, (chunks) => {
        const buffers = chunks.map((chunk) => Buffer.from(chunk));
        expect(relay(buffers, false).bytes).toBe(Buffer.concat(buffers).toString());
      }),
      { numRuns: 500 },
    );
  });
});
