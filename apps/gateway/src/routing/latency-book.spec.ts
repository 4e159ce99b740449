import { describe, expect, it } from 'vitest';
import { LatencyBook } from './latency-book.js';

describe('the average of a model at a provider', () => {
  it('is unknown until it was seen, then moves a fifth of the way to each new time', () => {
    const book = new LatencyBook();
    expect(book.averageMs('p', 'm')).toBeUndefined();
    book.observe('p', 'm', 100);
    expect(book.averageMs('p', 'm')).toBe(100);
    book.observe('p', 'm', 200);
    expect(book.averageMs('p', 'm')).toBe(120);
    expect([book.averageMs('p', 'other'), book.averageMs('other', 'm')]).toEqual([undefined, undefined]);
  });

  it('forgets a bad minute', () => {
    const book = new LatencyBook();
    for (let time = 0; time < 20; time += 1) book.observe('p', 'm', 10_000);
    for (let time = 0; time < 40; time += 1) book.observe('p', 'm', 100);
    expect(book.averageMs('p', 'm')).toBeLessThan(110);
  });
});

describe('the 95th percentile of a model', () => {
  it('is unknown below eight times, and then taken over all its providers', () => {
    const book = new LatencyBook();
    for (let time = 1; time <= 7; time += 1) book.observe(`p${time}`, 'm', time);
    expect(book.p95Ms('m')).toBeUndefined();
    book.observe('p8', 'm', 8);
    expect(book.p95Ms('m')).toBe(8);
    expect(book.p95Ms('other')).toBeUndefined();
  });

  it('leaves out the slowest five of a hundred', () => {
    const book = new LatencyBook();
    for (let time = 1; time <= 60; time += 1) book.observe('p', 'm', time <= 58 ? 10 : 5_000);
    expect(book.p95Ms('m')).toBe(10);
    book.observe('p', 'm', 5_000);
    book.observe('p', 'm', 5_000);
    expect(book.p95Ms('m')).toBe(5_000);
  });

  it('looks at the last sixty-four times only', () => {
    const book = new LatencyBook();
    for (let time = 0; time < 64; time += 1) book.observe('p', 'm', 5_000);
    for (let time = 0; time < 63; time += 1) book.observe('p', 'm', 10);
    expect(book.p95Ms('m')).toBe(10);
  });
});
