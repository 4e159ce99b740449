import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerFacts } from '../../spec/answer-tap.js';
import type { JsonObject } from '../../spec/json.js';
import { SseFramer } from '../../transport/sse-framer.js';
import { ResponsesStreamTap } from './responses-stream-tap.js';
import { OPENAI_STREAM } from './testing/openai-answer.js';
import { cut, frame, namelessFrame } from './testing/streams.js';

function relay(chunks: readonly Buffer[]): { bytes: string; facts: AnswerFacts } {
  const tap = new ResponsesStreamTap();
  const out: Buffer[] = [];
  const framer = new SseFramer({ onEvent: (event) => tap.onEvent(event), onBytes: (bytes) => out.push(bytes) });
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return { bytes: Buffer.concat(out).toString(), facts: tap.facts };
}

function factsOf(text: string): AnswerFacts {
  return relay([Buffer.from(text)]).facts;
}

const WHOLE = OPENAI_STREAM.map(frame).join('');
const DELTAS = OPENAI_STREAM.filter(({ type }) => String(type).endsWith('.delta')).length;
/** The web search, which comes without deltas. */
const WHOLE_ITEMS = 1;

describe('a relayed Responses stream', () => {
  it('goes on unchanged, and tells usage, its end and how much came', () => {
    const { bytes, facts } = relay([Buffer.from(WHOLE)]);
    expect(bytes).toBe(WHOLE);
    expect(facts).toEqual({
      complete: true,
      errorMessage: undefined,
      deltas: DELTAS + WHOLE_ITEMS,
      usage: expect.objectContaining({
        inputTokens: 30,
        cacheReadTokens: 64,
        cacheWriteTokens: 6,
        outputTokens: 50,
        reasoningTokens: 20,
      }),
    });
  });

  it('tells the same however it is cut', () => {
    const bytes = Buffer.from(WHOLE);
    const expected = relay([bytes]);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 40 }), (at) => {
        expect(relay(cut(bytes, at))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('tells the same when its last event is cut in two at every byte', () => {
    const last = OPENAI_STREAM.length - 1;
    const head = Buffer.from(OPENAI_STREAM.slice(0, last).map(frame).join(''));
    const tail = Buffer.from(OPENAI_STREAM.slice(last).map(frame).join(''));
    const expected = JSON.stringify(factsOf(WHOLE));
    for (let at = 0; at <= tail.length; at += 1) {
      expect(JSON.stringify(relay([head, ...cut(tail, [at])]).facts), `cut at ${at}`).toBe(expected);
    }
  });

  it('tells the same without event names, with the type last, with CRLF and with [DONE]', () => {
    const expected = factsOf(WHOLE);
    const nameless = OPENAI_STREAM.map(namelessFrame).join('');
    const typeLast = OPENAI_STREAM.map(({ type, ...rest }) => namelessFrame({ ...rest, type: type ?? '' })).join('');
    const spaced = nameless.replaceAll('"type":"response.', '"type": "response.');
    for (const text of [nameless, typeLast, spaced, WHOLE.replaceAll('\n', '\r\n'), `${WHOLE}data: [DONE]\n\n`]) {
      expect(factsOf(text)).toEqual(expected);
    }
  });

  it('is complete when it ends for length, and not before its terminal event has come whole', () => {
    const end = frame({ type: 'response.incomplete', response: { usage: { input_tokens: 1, output_tokens: 2 } } });
    expect(factsOf(end)).toMatchObject({ complete: true, usage: { outputTokens: 2 } });
    expect(factsOf(OPENAI_STREAM.slice(0, -1).map(frame).join('')).complete).toBe(false);
    expect(factsOf(`${OPENAI_STREAM.slice(0, -1).map(frame).join('')}data: [DONE]\n\n`).complete).toBe(false);
    for (let cutBytes = 1; cutBytes < 20; cutBytes += 1) {
      expect(factsOf(WHOLE.trimEnd().slice(0, -cutBytes)).complete).toBe(false);
    }
    expect(factsOf(WHOLE.trimEnd()).complete).toBe(true);
  });

  it('is not deceived by a text that talks about events', () => {
    const text = '"type":"response.completed" data: {"type":"error"} event: response.failed';
    const event: JsonObject = { item_id: 'm', delta: text, type: 'response.output_text.delta' };
    expect(factsOf(namelessFrame(event))).toMatchObject({ complete: false, errorMessage: undefined, deltas: 1 });
  });

  it.each<[string, JsonObject]>([
    ['an error event', { type: 'error', code: 'server_error', message: 'no luck', param: null }],
    ['a nested error', { type: 'error', error: { message: 'no luck' } }],
    ['an error without a type', { error: { message: 'no luck' } }],
    ['a failed response', { type: 'response.failed', response: { error: { code: 'x', message: 'no luck' } } }],
  ])('reports %s', (_name, event) => {
    expect(factsOf(namelessFrame(event))).toMatchObject({ complete: false, errorMessage: 'no luck' });
  });

  it('tells what a failed response consumed', () => {
    const usage = { input_tokens: 7, output_tokens: 1 };
    const failed = { type: 'response.failed', response: { error: { message: 'no luck' }, usage } };
    expect(factsOf(frame(failed))).toMatchObject({ usage: { inputTokens: 7, outputTokens: 1 } });
  });

  it('does not count what carries no content', () => {
    expect(factsOf(OPENAI_STREAM.slice(0, 3).map(frame).join(': ping\n\n')).deltas).toBe(0);
  });

  it('never throws and never loses a byte on random input', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc
        .constantFrom('data: ', 'event: ', '\n', '\r\n', '{"type":"response.completed"', 'error', '}', '.delta')
        .map((text) => Uint8Array.from(Buffer.from(text))),
    );
    fc.assert(
      fc.property(fc.array(piece), (chunks) => {
        const buffers = chunks.map((chunk) => Buffer.from(chunk));
        expect(relay(buffers).bytes).toBe(Buffer.concat(buffers).toString());
      }),
      { numRuns: 300 },
    );
  });
});
