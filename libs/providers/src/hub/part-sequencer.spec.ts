import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelEvent } from '../spec/model-event.js';
import { PartSequencer, WAITING_CHARACTERS_MAX } from './part-sequencer.js';

function sequence(events: readonly ModelEvent[]): ModelEvent[] {
  const sequencer = new PartSequencer();
  return [...events.flatMap((event) => sequencer.push(event)), ...sequencer.end()];
}

const USAGE = {
  inputTokens: 1,
  outputTokens: 1,
  cacheReadTokens: undefined,
  cacheWriteTokens: undefined,
  cacheWrite1hTokens: undefined,
  reasoningTokens: undefined,
  inputAudioTokens: undefined,
  outputAudioTokens: undefined,
};
const FINISH: ModelEvent = { kind: 'finish', finish: { reason: 'stop' } };

describe('PartSequencer', () => {
  it('lets an open tool call finish while another waits', () => {
    const out = sequence([
      { kind: 'tool-call-start', part: 4, callId: 'a', name: 'f' },
      { kind: 'tool-call-start', part: 7, callId: 'b', name: 'g' },
      { kind: 'tool-call-delta', part: 7, argumentsText: '{"b":' },
      { kind: 'tool-call-delta', part: 4, argumentsText: '{}' },
      { kind: 'tool-call-delta', part: 7, argumentsText: '1}' },
      FINISH,
    ]);
    expect(out).toEqual([
      { kind: 'tool-call-start', part: 0, callId: 'a', name: 'f' },
      { kind: 'tool-call-delta', part: 0, argumentsText: '{}' },
      { kind: 'tool-call-end', part: 0 },
      { kind: 'tool-call-start', part: 1, callId: 'b', name: 'g' },
      { kind: 'tool-call-delta', part: 1, argumentsText: '{"b":' },
      { kind: 'tool-call-delta', part: 1, argumentsText: '1}' },
      { kind: 'tool-call-end', part: 1 },
      FINISH,
    ]);
  });

  it('makes open text give way at once, and what comes for it later a part of its own', () => {
    const out = sequence([
      { kind: 'text-start', part: 0 },
      { kind: 'text-delta', part: 0, text: 'a' },
      { kind: 'reasoning-delta', part: 1, text: 'r' },
      { kind: 'text-delta', part: 0, text: 'b' },
    ]);
    expect(out.map((event) => `${event.kind} ${'part' in event ? event.part : ''}`)).toEqual([
      'text-start 0',
      'text-delta 0',
      'text-end 0',
      'reasoning-start 1',
      'reasoning-delta 1',
      'reasoning-end 1',
      'text-start 2',
      'text-delta 2',
      'text-end 2',
    ]);
  });

  it('says nothing of a part after the finish', () => {
    const usage: ModelEvent = { kind: 'usage', usage: USAGE };
    const out = sequence([
      { kind: 'text-delta', part: 0, text: 'a' },
      FINISH,
      { kind: 'text-delta', part: 1, text: 'b' },
      usage,
    ]);
    expect(out.map(({ kind }) => kind)).toEqual(['text-start', 'text-delta', 'text-end', 'finish', 'usage']);
  });

  it("loses no argument of a call that waits when the open call's number turns into text", () => {
    const out = sequence([
      { kind: 'tool-call-start', part: 0, callId: 'a', name: 'f' },
      { kind: 'tool-call-start', part: 1, callId: 'b', name: 'g' },
      { kind: 'tool-call-delta', part: 1, argumentsText: '{"b":' },
      { kind: 'text-delta', part: 0, text: 'so' },
      { kind: 'tool-call-delta', part: 1, argumentsText: '1}' },
      { kind: 'tool-call-end', part: 1 },
    ]);
    const written = out.flatMap((event) => (event.kind === 'tool-call-delta' ? [event.argumentsText] : []));
    expect(written.join('')).toBe('{"b":1}');
    expect(out.at(-1)).toEqual({ kind: 'text-end', part: 2 });
  });

  it('stops waiting for a call that never ends when too much waits for it, be it text, media or empty events', () => {
    const base64 = 'A'.repeat(1024 * 1024);
    const floods: readonly ((part: number) => ModelEvent)[] = [
      (part) => ({ kind: 'text-delta', part, text: base64 }),
      (part) => ({
        kind: 'media',
        part,
        media: { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64 } },
      }),
      (part) => ({ kind: 'tool-call-delta', part, argumentsText: '' }),
    ];
    for (const flood of floods) {
      const sequencer = new PartSequencer();
      sequencer.push({ kind: 'tool-call-start', part: 0, callId: 'a', name: 'f' });
      let events = 0;
      while (sequencer.push(flood(1)).length === 0) events += 1;
      expect(events).toBeLessThanOrEqual(WAITING_CHARACTERS_MAX / 256);
    }
  });

  it('never interleaves, numbers densely and balances starts and ends, whatever comes in', () => {
    const part = fc.integer({ min: 0, max: 3 });
    const event = fc.oneof(
      part.map((number): ModelEvent => ({ kind: 'text-start', part: number })),
      part.map((number): ModelEvent => ({ kind: 'text-delta', part: number, text: 'x' })),
      part.map((number): ModelEvent => ({ kind: 'text-end', part: number })),
      part.map((number): ModelEvent => ({ kind: 'reasoning-delta', part: number, text: 'r' })),
      part.map((number): ModelEvent => ({ kind: 'reasoning-end', part: number })),
      part.map((number): ModelEvent => ({ kind: 'tool-call-start', part: number, callId: `c${number}`, name: 'f' })),
      part.map((number): ModelEvent => ({ kind: 'tool-call-delta', part: number, argumentsText: '{}' })),
      part.map((number): ModelEvent => ({ kind: 'tool-call-end', part: number })),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let open: { part: number; kind: string } | undefined;
        let next = 0;
        for (const out of sequence(events)) {
          if (!('part' in out)) continue;
          const kind = out.kind.slice(0, out.kind.lastIndexOf('-'));
          if (out.kind.endsWith('-start')) {
            expect(open).toBeUndefined();
            expect(out.part).toBe(next);
            next += 1;
            open = { part: out.part, kind };
          } else {
            expect({ part: out.part, kind }).toEqual(open);
            if (out.kind.endsWith('-end')) open = undefined;
          }
        }
        expect(open).toBeUndefined();
        const said = (list: readonly ModelEvent[]): number => list.filter(({ kind }) => kind === 'text-delta').length;
        expect(said(sequence(events))).toBe(said(events));
      }),
    );
  });
});
