import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#kernel';
import { Alarm } from './alarm.js';

function never(): AbortSignal {
  return new AbortController().signal;
}

describe('Alarm', () => {
  it('does not wait when it rang before, and waits again after that', async () => {
    const clock = new VirtualClock();
    const alarm = new Alarm();
    alarm.ring();
    await alarm.wait(clock, 1_000, never());
    let isOver = false;
    const second = alarm.wait(clock, 1_000, never()).then(() => (isOver = true));
    await clock.advance(999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    await second;
    expect(isOver).toBe(true);
  });

  it('wakes at once when it rings, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const alarm = new Alarm();
    const waiting = alarm.wait(clock, 1_000, never());
    alarm.ring();
    await waiting;
    expect(clock.sleeping).toBe(0);
  });

  it('wakes when the signal aborts, also before the wait', async () => {
    const clock = new VirtualClock();
    const leaving = new AbortController();
    const waiting = new Alarm().wait(clock, 1_000, leaving.signal);
    leaving.abort();
    await waiting;
    await new Alarm().wait(clock, 1_000, leaving.signal);
    expect(clock.sleeping).toBe(0);
  });
});
