import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { runOpenLoop } from './open-loop.js';

describe('the open loop', () => {
  it('keeps its rate and the due times while no request is ever answered', async () => {
    const clock = new VirtualClock();
    const startMs = clock.monotonicMs();
    const end = new AbortController();
    const due: number[] = [];
    let answer = (): void => undefined;
    const never = new Promise<void>((resolve) => (answer = resolve));
    const load = runOpenLoop({
      clock,
      ratePerSecond: 100,
      signal: end.signal,
      send: (_, dueAtMs) => {
        due.push(dueAtMs - startMs);
        return never;
      },
    });
    for (let step = 0; step < 500; step += 1) await clock.advance(2);
    expect(due.length).toBe(100);
    expect(due[99]).toBeCloseTo(990);
    end.abort();
    answer();
    await clock.advance(2);
    await load;
  });
});
