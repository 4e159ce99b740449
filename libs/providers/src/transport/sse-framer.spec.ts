import { describe, expect, it } from 'vitest';
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

  it('passes neighbouring kept events on as one slice of the chunk', () => {
    const slices: Buffer[] = [];
    const framer = new SseFramer({ onEvent: () => 'keep', onBytes: (bytes) => slices.push(bytes) });
    const chunk = Buffer.from('data: 1\n\ndata: 2\n\n');
    framer.push(chunk);
    expect(slices).toHaveLength(1);
    expect(slices[0]?.buffer).toBe(chunk.buffer);
  });
});
