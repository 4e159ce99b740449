import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { RequestRate } from './request-rate.js';

describe('RequestRate', () => {
  it('averages the window of whole seconds and forgets what is older', async () => {
    const clock = new VirtualClock();
    const rate = new RequestRate(clock, 10);
    for (let second = 0; second < 30; second += 1) {
      const requests = second < 20 ? 100 : 50;
      for (let index = 0; index < requests; index += 1) rate.count();
      await clock.advance(1_000);
    }
    expect(rate.perSecond()).toBe(50);
    await clock.advance(5_000);
    expect(rate.perSecond()).toBe(25);
    await clock.advance(60_000);
    expect(rate.perSecond()).toBe(0);
  });

  it('averages over the seconds since start while there are fewer than the window', async () => {
    const clock = new VirtualClock();
    const rate = new RequestRate(clock, 10);
    for (let index = 0; index < 30; index += 1) rate.count();
    expect(rate.perSecond()).toBe(0);
    await clock.advance(2_000);
    expect(rate.perSecond()).toBe(15);
  });
});
