import { describe, expect, it } from 'vitest';
import type { Measurement } from './measure.js';
import { spreadOf, summarize } from './summary.js';

function measured(
  requestsPerSecond: number,
  cpuMicrosPerRequest: number | undefined,
  failures = 0,
  busyShare = 1,
): Measurement {
  return {
    requests: requestsPerSecond * 5,
    requestsPerSecond,
    p50Ms: 1,
    p99Ms: 2,
    failures,
    busyShare,
    cpuMicrosPerRequest,
    rssBytes: 1,
  };
}

describe('summarize', () => {
  it('takes ratios within each round, so a machine that slows down does not change them', () => {
    const summary = summarize([
      { bare: measured(1000, 100), gateway: measured(500, 200) },
      { bare: measured(100, 1000, 1), gateway: measured(60, 1250, 2) },
      { bare: measured(10, 100), gateway: measured(7, 400) },
    ]);
    expect(summary).toEqual({
      throughputRatio: { median: 0.6, min: 0.5, max: 0.7 },
      saturatedRatio: { median: 0.6, min: 0.5, max: 0.7, rounds: 3 },
      cpuRatio: { median: 0.5, min: 0.25, max: 0.8 },
      failures: 3,
    });
  });

  it('tells the rounds apart in which something else than a proxy was the limit', () => {
    const saturated = { bare: measured(1000, 100), gateway: measured(500, 200) };
    const idleBare = { bare: measured(500, 100, 0, 0.4), gateway: measured(500, 200) };
    expect(summarize([saturated, idleBare])).toMatchObject({
      throughputRatio: { median: 0.75 },
      saturatedRatio: { median: 0.5, rounds: 1 },
    });
    expect(summarize([idleBare]).saturatedRatio).toBeUndefined();
  });

  it('says nothing of processor time where the system did not', () => {
    const rounds = [{ bare: measured(10, undefined), gateway: measured(5, undefined) }];
    expect(summarize(rounds).cpuRatio).toBeUndefined();
  });
});

describe('spreadOf', () => {
  it('takes the mean of the middle two of an even count, whatever the order', () => {
    expect(spreadOf([4, 1, 10, 2])).toEqual({ median: 3, min: 1, max: 10 });
  });
});
