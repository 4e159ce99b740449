import { describe, expect, it } from 'vitest';
import { SeededRandom, VirtualClock } from '#kernel';
import { RowIds } from './row-ids.js';

describe('RowIds', () => {
  it('makes ids that name their kind and need no escaping', () => {
    const ids = new RowIds(new VirtualClock(), new SeededRandom(7));
    expect(ids.create('vk')).toMatch(/^vk_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(ids.create('bud')).toMatch(/^bud_/);
  });

  it('sorts by the millisecond of creation', async () => {
    const clock = new VirtualClock();
    const ids = new RowIds(clock, new SeededRandom(7));
    const made: string[] = [];
    for (const stepMs of [1, 31, 32, 1_000_000_000]) {
      made.push(ids.create('mp'));
      await clock.advance(stepMs);
    }
    expect(made.toSorted()).toEqual(made);
  });

  it('does not repeat within a millisecond', () => {
    const ids = new RowIds(new VirtualClock(), new SeededRandom(7));
    expect(new Set(Array.from({ length: 1000 }, () => ids.create('org'))).size).toBe(1000);
  });
});
