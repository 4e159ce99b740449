import { describe, expect, it } from 'vitest';
import { SystemRandom } from './random.js';

describe('SystemRandom', () => {
  it('never hands out the same bytes twice, within and across fillings of its pool', () => {
    const random = new SystemRandom();
    const seen = new Set<string>();
    for (let index = 0; index < 2_000; index += 1) seen.add(Buffer.from(random.bytes(15)).toString('hex'));
    expect(seen.size).toBe(2_000);
  });

  it('hands out as many bytes as asked for, more than its pool holds included', () => {
    const random = new SystemRandom();
    for (const byteCount of [0, 1, 4096, 5000]) expect(random.bytes(byteCount)).toHaveLength(byteCount);
  });

  it('does not change bytes that were handed out', () => {
    const random = new SystemRandom();
    const first = random.bytes(16);
    const copy = Uint8Array.from(first);
    for (let index = 0; index < 1_000; index += 1) random.bytes(16);
    expect(first).toEqual(copy);
  });
});
