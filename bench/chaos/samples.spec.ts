import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentileOf, Samples } from './samples.js';

describe('samples', () => {
  it('sum up counts and percentiles', () => {
    const samples = new Samples();
    for (let index = 1; index <= 200; index += 1) {
      samples.add({ latencyMs: index, failed: index === 7, retried: index > 198 });
    }
    expect(samples.summarize()).toEqual({ requests: 200, failed: 1, retried: 2, p50Ms: 100, p99Ms: 198, maxMs: 200 });
  });

  it('do not pretend that nothing was fast', () => {
    expect(new Samples().summarize()).toMatchObject({ requests: 0, p50Ms: NaN, p99Ms: NaN, maxMs: NaN });
  });
});

describe('a percentile', () => {
  it('is a value of the list that at least that share does not exceed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.integer({ min: 0, max: 100 }), (values, percent) => {
        const sorted = [...values].sort((left, right) => left - right);
        const value = percentileOf(sorted, percent);
        expect(sorted).toContain(value);
        const share = sorted.filter((one) => one <= value).length / sorted.length;
        expect(share * 100).toBeGreaterThanOrEqual(percent - 1e-9);
      }),
    );
  });
});
