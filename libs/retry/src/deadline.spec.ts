import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { Deadline, DeadlineExceededError } from './deadline.js';

describe('a deadline', () => {
  it('aborts its signal when its time is used up, and not before', async () => {
    const clock = new VirtualClock();
    const deadline = new Deadline(clock, 100);
    await clock.advance(99);
    expect([deadline.signal.aborted, deadline.remainingMs]).toEqual([false, 1]);
    await clock.advance(1);
    expect(deadline.signal.reason).toBeInstanceOf(DeadlineExceededError);
    expect([deadline.exceeded, deadline.remainingMs]).toEqual([true, 0]);
  });

  it('ends with its parent and keeps the reason of the parent', async () => {
    const clock = new VirtualClock();
    const client = new AbortController();
    const deadline = new Deadline(clock, 100, client.signal);
    const gone = new Error('client gone');
    client.abort(gone);
    expect(deadline.signal.reason).toBe(gone);
    expect([deadline.exceeded, deadline.remainingMs]).toEqual([false, 0]);
    expect(new Deadline(clock, 100, client.signal).signal.reason).toBe(gone);
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
  });

  it('gives a child no more than what it has left', async () => {
    const clock = new VirtualClock();
    const deadline = new Deadline(clock, 100);
    await clock.advance(60);
    expect(deadline.child(1_000).remainingMs).toBe(40);
    const attempt = deadline.child(10);
    await clock.advance(10);
    expect([attempt.exceeded, deadline.signal.aborted]).toEqual([true, false]);
  });

  it('tells apart a child that used up its own time from one whose parent did', async () => {
    const clock = new VirtualClock();
    const deadline = new Deadline(clock, 100);
    const child = deadline.child(1_000);
    await clock.advance(100);
    expect([deadline.exceeded, child.exceeded, child.signal.aborted]).toEqual([true, false, true]);
  });

  it('is over from the start without time', () => {
    const deadline = new Deadline(new VirtualClock(), 0);
    expect([deadline.signal.aborted, deadline.exceeded]).toEqual([true, true]);
  });

  it('leaves no timer once it is released, and then never aborts', async () => {
    const clock = new VirtualClock();
    const parent = new AbortController();
    const signals: AbortSignal[] = [];
    {
      using deadline = new Deadline(clock, 100, parent.signal);
      signals.push(deadline.signal, deadline.child(50).signal);
      expect(clock.sleeping).toBe(2);
      deadline.child(10).release();
    }
    await clock.advance(49);
    expect(clock.sleeping, 'the child was not released').toBe(1);
    await clock.advance(1_000);
    parent.abort();
    expect(signals.map((signal) => signal.aborted)).toEqual([false, true]);
    expect(clock.sleeping).toBe(0);
  });
});
