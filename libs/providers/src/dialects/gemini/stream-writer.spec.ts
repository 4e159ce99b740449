import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readState } from '../../hub/state-envelope.js';
import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { ReasoningRequest } from '../../spec/model-request.js';
import { readSseFrame } from '../../transport/sse-frame.js';
import { geminiInbound } from './gemini-inbound.js';
import { GeminiStreamReader } from './stream-reader.js';

function context(reasoning?: ReasoningRequest): AnswerContext {
  return {
    fallbackId: 'made-up',
    model: 'fast',
    createdAtSeconds: 0,
    request: {
      streams: true,
      messages: [],
      tools: [],
      parameters: reasoning === undefined ? {} : { reasoning },
      unknownNames: [],
    },
    reportsStreamUsage: false,
    dropped: [],
  };
}

function write(events: readonly ModelEvent[], reasoning?: ReasoningRequest): string {
  const writer = geminiInbound.createStreamWriter(context(reasoning));
  return events.map((event) => writer.write(event)).join('') + writer.end();
}

/** The objects of a written stream; fails when it holds anything else. */
function chunksOf(text: string): JsonObject[] {
  const events = text.split('\n\n');
  expect(events.pop()).toBe('');
  return events.map((event) => {
    expect(event).toMatch(/^data: \{[^\n]*\}$/);
    return JSON.parse(readSseFrame(Buffer.from(event))?.data ?? '') as JsonObject;
  });
}

function candidates(events: readonly ModelEvent[], reasoning?: ReasoningRequest): JsonObject[] {
  return chunksOf(write(events, reasoning)).map((chunk) => (chunk['candidates'] as JsonObject[])[0] ?? {});
}

function parts(events: readonly ModelEvent[], reasoning?: ReasoningRequest): JsonObject[] {
  return candidates(events, reasoning).flatMap((candidate) => (candidate['content'] as { parts: JsonObject[] }).parts);
}

const FINISH: ModelEvent = { kind: 'finish', finish: { reason: 'stop' } };
const SIGNED = { family: 'openai' as const, id: 'rs_1', data: 'enc' };

function call(part: number, ...pieces: string[]): ModelEvent[] {
  return [
    { kind: 'tool-call-start', part, callId: `c${part}`, name: 'f' },
    ...pieces.map((argumentsText): ModelEvent => ({ kind: 'tool-call-delta', part, argumentsText })),
    { kind: 'tool-call-end', part },
  ];
}

function readBack(text: string): ModelEvent[] {
  const reader = new GeminiStreamReader();
  return chunksOf(text).flatMap((chunk) => reader.read({ event: undefined, data: JSON.stringify(chunk) }));
}

function textOf(events: readonly ModelEvent[]): string {
  return events.flatMap((event) => (event.kind === 'text-delta' ? event.text : [])).join('');
}

describe('a stream in the shape of Gemini', () => {
  it('has a chunk for each delta and one with finish, usage, model and id', () => {
    const usage = {
      inputTokens: 1,
      outputTokens: 2,
      cacheReadTokens: undefined,
      cacheWriteTokens: undefined,
      cacheWrite1hTokens: undefined,
      reasoningTokens: undefined,
      inputAudioTokens: undefined,
      outputAudioTokens: undefined,
    };
    const text = write([
      { kind: 'answer-start', id: 'msg_1', model: 'claude' },
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'a' },
      { kind: 'text-delta', part: 0, text: '' },
      { kind: 'text-delta', part: 0, text: 'b\n' },
      { kind: 'text-end', part: 0 },
      FINISH,
      { kind: 'usage', usage },
    ]);
    const chunk = (candidate: JsonObject, more: JsonObject = {}): JsonObject => ({
      candidates: [{ ...candidate, index: 0 }],
      modelVersion: 'fast',
      responseId: 'msg_1',
      ...more,
    });
    expect(chunksOf(text)).toEqual([
      chunk({ content: { parts: [{ text: 'a' }], role: 'model' } }),
      chunk({ content: { parts: [{ text: 'b\n' }], role: 'model' } }),
      chunk(
        { content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'STOP' },
        { usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 } },
      ),
    ]);
    expect(text).not.toContain('[DONE]');
  });

  it('gives function calls whole, one behind the other, though their arguments interleave', () => {
    const [start0, a0, b0, end0] = call(0, '{"a', '":1}');
    const [start1, a1, end1] = call(1, '{}');
    const events = [start0, start1, a0, a1, b0, end1, end0, FINISH].filter((event) => event !== undefined);
    expect(parts(events)).toEqual([
      { functionCall: { id: 'c0', name: 'f', args: { a: 1 } } },
      { functionCall: { id: 'c1', name: 'f', args: {} } },
      { text: '' },
    ]);
  });

  it('never makes up arguments that are missing or no object', () => {
    const cut = call(0, '{"a":').slice(0, -1);
    const finish: ModelEvent = { kind: 'finish', finish: { reason: 'tool-calls' } };
    expect(candidates([...cut, finish])).toMatchObject([{ finishReason: 'MALFORMED_FUNCTION_CALL' }]);
    expect(candidates([...call(0, '[1]'), FINISH])).toMatchObject([{ finishReason: 'MALFORMED_FUNCTION_CALL' }]);
    expect(parts([...call(0), FINISH])[0]).toMatchObject({ functionCall: { args: {} } });
  });

  it('bounds what it keeps of arguments', () => {
    const piece = '['.repeat(1024 * 1024);
    const events = call(0, ...Array.from({ length: 20 }, () => piece));
    expect(candidates([...events, FINISH])).toMatchObject([{ finishReason: 'MALFORMED_FUNCTION_CALL' }]);
  });

  it('shows thoughts to clients that ask for them, and keeps states either way', () => {
    const events: ModelEvent[] = [
      { kind: 'reasoning-start', part: 0 },
      { kind: 'reasoning-delta', part: 0, text: 'hm' },
      { kind: 'reasoning-end', part: 0, state: SIGNED },
      { kind: 'text-start', part: 1 },
      { kind: 'text-delta', part: 1, text: 'a' },
      { kind: 'text-end', part: 1 },
      FINISH,
    ];
    const shown = parts(events, { visible: true });
    expect(shown).toMatchObject([
      { text: 'hm', thought: true },
      { text: '', thought: true },
      { text: 'a' },
      { text: '' },
    ]);
    const hidden = parts(events);
    expect(hidden).toMatchObject([{ text: 'a' }, { text: '' }]);
    for (const part of [shown[1], hidden[0]])
      expect(readState(String(part?.['thoughtSignature']), 'gemini')).toEqual(SIGNED);
  });

  it('puts the state of a text, and one that nothing follows, on an empty text', () => {
    const gemini = (data: string) => ({ family: 'gemini' as const, data });
    expect(
      parts([
        { kind: 'text-start', part: 0 },
        { kind: 'text-delta', part: 0, text: 'a' },
        { kind: 'text-end', part: 0, state: gemini('x') },
        { kind: 'reasoning-start', part: 1 },
        { kind: 'reasoning-end', part: 1, state: gemini('y') },
        FINISH,
      ]),
    ).toEqual([{ text: 'a' }, { text: '', thoughtSignature: 'x' }, { text: '', thoughtSignature: 'y' }]);
  });

  it('cites in its last chunk, with ranges in bytes of all text', () => {
    const raw = { family: 'anthropic', value: {} };
    const last = candidates([
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'ä' },
      { kind: 'text-end', part: 0 },
      { kind: 'text-start', part: 1 },
      { kind: 'text-citation', part: 1, citation: { kind: 'url', url: 'https://a.example', raw } },
      { kind: 'text-delta', part: 1, text: 'bc' },
      { kind: 'text-end', part: 1 },
      FINISH,
    ]).at(-1);
    expect(last?.['groundingMetadata']).toEqual({
      groundingChunks: [{ web: { uri: 'https://a.example' } }],
      groundingSupports: [{ segment: { startIndex: 2, endIndex: 4, text: 'bc' }, groundingChunkIndices: [0] }],
    });
  });

  it('ends with an error that SDKs throw, after which nothing follows', () => {
    const writer = geminiInbound.createStreamWriter(context());
    const failed = writer.fail({ kind: 'overloaded', status: 200, message: 'gone' });
    expect(chunksOf(failed)).toEqual([{ error: { code: 503, message: 'gone', status: 'UNAVAILABLE' } }]);
    expect(
      writer.write({ kind: 'text-delta', part: 0, text: 'x' }) +
        writer.end() +
        writer.fail({ kind: 'server', status: 500, message: '' }),
    ).toBe('');
    const reported = write([{ kind: 'error', error: { kind: 'rate-limit', status: 429, message: 'slow' } }, FINISH]);
    expect(chunksOf(reported)).toEqual([{ error: { code: 429, message: 'slow', status: 'RESOURCE_EXHAUSTED' } }]);
  });

  it('that was not finished does not end as if it were', () => {
    expect(write([{ kind: 'text-delta', part: 0, text: 'a' }])).not.toContain('finishReason');
  });

  it('obeys its grammar, whatever comes in', () => {
    const part = fc.integer({ min: 0, max: 3 });
    const state = fc.constantFrom(undefined, SIGNED);
    const event: fc.Arbitrary<ModelEvent> = fc.oneof(
      part.map((number): ModelEvent => ({ kind: 'text-start', part: number })),
      part.map((number): ModelEvent => ({ kind: 'text-delta', part: number, text: 'ä' })),
      fc
        .tuple(part, state)
        .map(([number, signed]): ModelEvent =>
          signed === undefined ? { kind: 'text-end', part: number } : { kind: 'text-end', part: number, state: signed },
        ),
      part.map((number): ModelEvent => ({ kind: 'reasoning-delta', part: number, text: 'r' })),
      part.map((number): ModelEvent => ({ kind: 'reasoning-end', part: number, state: SIGNED })),
      part.map((number): ModelEvent => ({ kind: 'tool-call-start', part: number, callId: `c${number}`, name: 'f' })),
      part.map((number): ModelEvent => ({ kind: 'tool-call-delta', part: number, argumentsText: '{}' })),
      part.map((number): ModelEvent => ({ kind: 'tool-call-end', part: number })),
      fc.constant<ModelEvent>({
        kind: 'text-citation',
        part: 0,
        citation: { kind: 'url', url: 'u', start: 5, end: 2, raw: { family: 'x', value: {} } },
      }),
      fc.constant<ModelEvent>({ kind: 'error', error: { kind: 'server', status: 500, message: 'x' } }),
      fc.constant(FINISH),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.boolean(), (events, visible) => {
        const chunks = chunksOf(write(events, { visible }));
        const terminal = chunks.map(
          (chunk) => chunk['error'] !== undefined || JSON.stringify(chunk).includes('finishReason'),
        );
        expect(terminal.slice(0, -1)).not.toContain(true);
        expect(terminal.at(-1) ?? false).toBe(events.some(({ kind }) => kind === 'finish' || kind === 'error'));
        if (events.some(({ kind }) => kind === 'error')) return;
        const finished = [...events.filter(({ kind }) => kind !== 'finish'), FINISH];
        expect(textOf(readBack(write(finished)))).toBe(textOf(finished));
      }),
      { numRuns: 500 },
    );
  });
});
