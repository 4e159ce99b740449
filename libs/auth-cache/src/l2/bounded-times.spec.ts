import { describe, expect, it } from 'vitest';
import { BoundedTimes } from './bounded-times.js';

describe('bounded times', () => {
  it('tell whether something happened at a moment or later, by the latest time', () => {
    const times = new BoundedTimes(10);
    times.record('a', 100);
    times.record('a', 50);
    expect([99, 100, 101].map((moment) => times.happenedSince('a', moment))).toEqual([true, true, false]);
    expect([99, 100, 101].map((moment) => times.recordedSince('a', moment))).toEqual([true, true, false]);
    expect(times.happenedSince('b', 0)).toBe(false);
  });

  it('count what they had to forget as having happened, or not, as they are asked', () => {
    const times = new BoundedTimes(2);
    times.record('a', 100);
    times.record('b', 200);
    times.record('a', 110);
    times.record('c', 300);
    // The one recorded longest ago is gone: b, for a was recorded again since.
    expect(times.happenedSince('a', 111)).toBe(false);
    expect(times.happenedSince('b', 200)).toBe(true);
    expect(times.recordedSince('b', 200)).toBe(false);
    expect(times.happenedSince('b', 201)).toBe(false);
    expect(times.happenedSince('never', 200)).toBe(true);
    expect(times.recordedSince('never', 0)).toBe(false);
  });
});
