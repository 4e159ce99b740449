import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecondChanceMap } from './second-chance-map.js';

describe('a second-chance map', () => {
  it('never holds more than its bound, and whatever it holds is what was added', () => {
    const steps = fc.array(fc.record({ key: fc.constantFrom(...'abcdefgh'), read: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (drawn, entriesMax) => {
        const map = new SecondChanceMap<string>(entriesMax);
        for (const { key, read } of drawn) {
          if (!read && map.get(key) === undefined) map.add(key, `value of ${key}`);
        }
        const held = [...'abcdefgh'].filter((key) => map.get(key) !== undefined);
        return held.length <= entriesMax && held.every((key) => map.get(key) === `value of ${key}`);
      }),
    );
  });

  it('keeps what is read and forgets what is not', () => {
    const map = new SecondChanceMap<number>(10);
    map.add('kept', 0);
    for (let index = 1; index < 1000; index += 1) {
      expect(map.get('kept')).toBe(0);
      map.add(`once-${index}`, index);
    }
    expect(map.get('once-1')).toBeUndefined();
    expect(map.get('once-999')).toBe(999);
  });

  it('makes room also when every entry was read', () => {
    const map = new SecondChanceMap<number>(100);
    for (let index = 0; index < 100; index += 1) map.add(String(index), index);
    for (let index = 0; index < 100; index += 1) map.get(String(index));
    map.add('new', 100);
    const held = Array.from({ length: 100 }, (_, index) => map.get(String(index))).filter(
      (value) => value !== undefined,
    );
    expect(held).toHaveLength(99);
    expect(map.get('new')).toBe(100);
  });

  it('refuses a bound of nothing and a key that it holds', () => {
    expect(() => new SecondChanceMap(0)).toThrow('at least one');
    const map = new SecondChanceMap<number>(1);
    map.add('a', 1);
    expect(() => map.add('a', 2)).toThrow('added once');
  });
});
