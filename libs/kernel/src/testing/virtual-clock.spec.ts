import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.js';

describe('VirtualClock', () => {
  it('wakes sleepers in the order of their times, each at its own time', async () => {
    const clock = new VirtualClock(0);
    const woken: [string, number][] = [];
    void clock.sleep(20).then(() => woken.push(['b', clock.now()]));
    void clock.sleep(10).then(() => {
      woken.push(['a', clock.now()]);
      return clock.sleep(5).then(() => woken.push(['a again', clock.now()]));
    });
    await clock.advance(19);
    expect(woken).toEqual([
      ['a', 10],
      ['a again', 15],
    ]);
    await clock.advance(1);
    expect(woken.at(-1)).toEqual(['b', 20]);
    expect(clock.sleeping).toBe(0);
  });

  it('ends a sleep at once with the reason of its signal', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const sleep = clock.sleep(1_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    expect(clock.sleeping).toBe(0);
    await expect(clock.sleep(1, abort.signal)).rejects.toThrow('enough');
  });
});
