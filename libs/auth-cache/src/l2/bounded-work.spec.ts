import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { BoundedWork } from './bounded-work.js';

describe('bounded work', () => {
  it('runs no more at a time than it may, in order, and refuses what finds no room', async () => {
    const clock = new VirtualClock();
    const done: number[] = [];
    const work = new BoundedWork(2, 3, () => undefined);
    let running = 0;
    let runningMost = 0;
    const taken = [0, 1, 2, 3, 4, 5, 6].map((index) =>
      work.offer(async () => {
        running += 1;
        runningMost = Math.max(runningMost, running);
        await clock.sleep(10);
        running -= 1;
        done.push(index);
      }),
    );
    expect(taken).toEqual([true, true, true, true, true, false, false]);
    expect(work.size).toBe(5);
    await clock.advance(30);
    expect(done).toEqual([0, 1, 2, 3, 4]);
    expect(runningMost).toBe(2);
    expect(work.size).toBe(0);
  });

  it('goes on after work that rejects or throws, and tells of it', async () => {
    const clock = new VirtualClock();
    const faults: unknown[] = [];
    const work = new BoundedWork(1, 10, (cause) => faults.push(cause));
    const done: string[] = [];
    work.offer(() => Promise.reject(new Error('first')));
    work.offer(() => {
      throw new Error('second');
    });
    work.offer(async () => void done.push('third'));
    await clock.advance(0);
    expect(faults).toEqual([new Error('first'), new Error('second')]);
    expect(done).toEqual(['third']);
  });

  it('after stop forgets what waits and takes nothing on', async () => {
    const clock = new VirtualClock();
    const work = new BoundedWork(1, 10, () => undefined);
    const done: string[] = [];
    work.offer(async () => {
      await clock.sleep(10);
      done.push('running');
    });
    work.offer(async () => void done.push('waiting'));
    work.stop();
    expect(work.offer(async () => void done.push('late'))).toBe(false);
    await clock.advance(20);
    expect(done).toEqual(['running']);
  });
});
