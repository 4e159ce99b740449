import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { StopSource } from './stop-signal.js';
import { waitFor } from './wait-for.js';

class CountedStop extends StopSource {
  listening = 0;

  override subscribe(listener: () => void): void {
    this.listening += 1;
    super.subscribe(listener);
  }

  override unsubscribe(listener: () => void): void {
    this.listening -= 1;
    super.unsubscribe(listener);
  }
}

function begin(durationMs: number): { clock: VirtualClock; signal: CountedStop; isOver: () => boolean } {
  const clock = new VirtualClock();
  const signal = new CountedStop();
  let over = false;
  void waitFor(clock, durationMs, signal).then(() => (over = true));
  return { clock, signal, isOver: () => over };
}

describe('a wait', () => {
  it('ends after its time and not before, and leaves no listener behind', async () => {
    const { clock, signal, isOver } = begin(100);
    await clock.advance(99);
    expect(isOver()).toBe(false);
    await clock.advance(1);
    expect(isOver()).toBe(true);
    expect(signal.listening).toBe(0);
  });

  it('ends as soon as its signal aborts, and leaves no timer behind', async () => {
    const { clock, signal, isOver } = begin(100);
    await clock.advance(50);
    signal.stop();
    await clock.advance(0);
    expect(isOver()).toBe(true);
    expect(clock.sleeping).toBe(0);
    expect(signal.listening).toBe(0);
  });

  it('does not begin when its signal has aborted already', async () => {
    const clock = new VirtualClock();
    const signal = new StopSource();
    signal.stop();
    await waitFor(clock, 100, signal);
    expect(clock.sleeping).toBe(0);
  });
});
