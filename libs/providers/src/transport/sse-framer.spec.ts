import { describe, expect, it, vi } from 'vitest';
import { SSE_EVENT_BYTES_MAX, SseFramer } from './sse-framer.js';

describe('SseFramer', () => {
  it('passes an event longer than the limit on in pieces, unseen, and sees the next one', () => {
    const seen: string[] = [];
    let passedBytes = 0;
    const framer = new SseFramer({
      onEvent: (event) => {
        seen.push(event.toString());
        return 'keep';
      },
      onBytes: (bytes) => {
        passedBytes += bytes.length;
      },
    });
    const huge = Buffer.alloc(SSE_EVENT_BYTES_MAX + 10, 'x');
    framer.push(Buffer.concat([Buffer.from('data: '), huge]));
    framer.push(Buffer.from('tail\n'));
    framer.push(Buffer.from('\ndata: next\n\n'));
    framer.end();
    expect(seen).toEqual(['data: next\n\n']);
    expect(passedBytes).toBe('data: '.length + huge.length + 'tail\n\ndata: next\n\n'.length);
  });

  it('does not take the end of a long line that went on already for a blank line', () => {
    const seen: string[] = [];
    const framer = new SseFramer({
      onEvent: (event) => {
        seen.push(event.toString());
        return 'keep';
      },
      onBytes: () => undefined,
    });
    framer.push(Buffer.alloc(SSE_EVENT_BYTES_MAX + 1, 'x'));
    framer.push(Buffer.from('\n'));
    framer.push(Buffer.from('id: 1\n\ndata: next\n\n'));
    expect(seen).toEqual(['data: next\n\n']);
  });

  it('never changes bytes that it passed on, and copies a long event a few times at most', () => {
    const passed: Buffer[] = [];
    const texts: string[] = [];
    const framer = new SseFramer({
      onEvent: () => 'keep',
      onBytes: (bytes) => {
        passed.push(bytes);
        texts.push(bytes.toString());
      },
    });
    const copied = countCopiedBytes(() => {
      for (let piece = 0; piece < 20_000; piece += 1) {
        framer.push(Buffer.from(piece % 2_000 === 1_999 ? 'end\n\ndata: ' : `piece ${piece}, `));
      }
      framer.end();
    });
    expect(passed.map(String)).toEqual(texts);
    const bytes = texts.join('').length;
    expect(texts).toHaveLength(11);
    expect(copied).toBeLessThan(bytes * 4);
  });

  it('passes neighbouring kept events on as one slice of the chunk', () => {
    const slices: Buffer[] = [];
    const framer = new SseFramer({ onEvent: () => 'keep', onBytes: (bytes) => slices.push(bytes) });
    const chunk = Buffer.from('data: 1\n\ndata: 2\n\n');
    framer.push(chunk);
    expect(slices).toHaveLength(1);
    expect(slices[0]?.buffer).toBe(chunk.buffer);
  });
});

/** Bytes that buffers were copied into one another while `act` ran. */
function countCopiedBytes(act: () => void): number {
  const copy = vi.spyOn(Buffer.prototype, 'copy');
  try {
    act();
    return copy.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
  } finally {
    copy.mockRestore();
  }
}
