import { VirtualClock } from '#kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptLimits } from '../exchange/attempt.js';
import { AttemptTimer, CLOSING_MS, type AttemptPhase, type TimeOutcome } from './attempt-timer.js';

const LIMITS: AttemptLimits = {
  connectMs: 100,
  headersMs: 200,
  firstTokenMs: 300,
  betweenTokensMs: 50,
  totalMs: 10_000,
  deadlineMs: Infinity,
};

interface Scene {
  readonly clock: VirtualClock;
  readonly timer: AttemptTimer;
  /** Each outcome with the time at which it was told. */
  readonly outcomes: (readonly [TimeOutcome, number])[];
}

function begin(limits: Partial<AttemptLimits> = {}): Scene {
  const clock = new VirtualClock(0);
  const outcomes: (readonly [TimeOutcome, number])[] = [];
  const timer = new AttemptTimer(clock, { ...LIMITS, ...limits }, (outcome) => outcomes.push([outcome, clock.now()]));
  return { clock, timer, outcomes };
}

describe('an attempt that waits', () => {
  it.each([
    ['connect', 'timeout_connect', 100],
    ['headers', 'timeout_headers', 200],
    ['first-token', 'timeout_first_token', 300],
    ['between-tokens', 'timeout_stall', 50],
  ] as const)('for %s too long is told %s, once and in time', async (phase, outcome, limitMs) => {
    const { clock, timer, outcomes } = begin();
    timer.enter(phase);
    await clock.advance(limitMs - 1);
    expect(outcomes).toEqual([]);
    await clock.advance(1_000);
    expect(outcomes).toEqual([[outcome, limitMs]]);
    expect(clock.sleeping).toBe(0);
  });

  it('does not wait long for the end of an answer that is whole', async () => {
    const { clock, timer, outcomes } = begin({ betweenTokensMs: 60_000, totalMs: 600_000, deadlineMs: Infinity });
    timer.enter('closing');
    await clock.advance(CLOSING_MS - 1);
    expect(outcomes).toEqual([]);
    await clock.advance(1);
    expect(outcomes).toEqual([['timeout_stall', CLOSING_MS]]);
  });

  it('waits for its connection first', async () => {
    const { clock, outcomes } = begin();
    await clock.advance(1_000);
    expect(outcomes).toEqual([['timeout_connect', 100]]);
  });

  it('has its limits counted one after the other, each from where it begins', async () => {
    const { clock, timer, outcomes } = begin();
    await clock.advance(99);
    timer.enter('headers');
    await clock.advance(199);
    timer.enter('first-token');
    await clock.advance(299);
    timer.enter('between-tokens');
    await clock.advance(1_000);
    expect(outcomes).toEqual([['timeout_stall', 647]]);
  });

  it('may go on for as long as each piece comes in time, up to the total limit', async () => {
    const { clock, timer, outcomes } = begin({ totalMs: 1_000 });
    for (let piece = 0; piece < 40; piece += 1) {
      timer.enter('between-tokens');
      await clock.advance(49);
    }
    expect(outcomes).toEqual([['timeout_total', 1_000]]);
  });

  it('is told that the deadline passed, whatever else has', async () => {
    const { clock, outcomes } = begin({ deadlineMs: 70, totalMs: 70, connectMs: 70 });
    await clock.advance(1_000);
    expect(outcomes).toEqual([['deadline', 70]]);
  });

  it('is told at once of a deadline that had passed before', async () => {
    const { clock, outcomes } = begin({ deadlineMs: -5 });
    await clock.advance(1);
    expect(outcomes).toEqual([['deadline', 1]]);
  });
});

describe('back-pressure', () => {
  it('is not the provider’s silence', async () => {
    const { clock, timer, outcomes } = begin();
    timer.enter('between-tokens');
    await clock.advance(40);
    timer.pause();
    await clock.advance(5_000);
    expect(outcomes).toEqual([]);
    timer.resume();
    await clock.advance(49);
    expect(outcomes).toEqual([]);
    await clock.advance(60);
    expect(outcomes.map(([outcome]) => outcome)).toEqual(['timeout_stall']);
  });

  it('does not stop the total limit nor the deadline', async () => {
    const total = begin({ totalMs: 500 });
    total.timer.pause();
    await total.clock.advance(1_000);
    expect(total.outcomes).toEqual([['timeout_total', 500]]);
    const deadline = begin({ deadlineMs: 400 });
    deadline.timer.pause();
    await deadline.clock.advance(1_000);
    expect(deadline.outcomes).toEqual([['deadline', 400]]);
  });
});

describe('the one timer', () => {
  it('is the only one, whatever the attempt does, and is hardly ever set anew', async () => {
    class CountingClock extends VirtualClock {
      scheduled = 0;

      override schedule(durationMs: number, action: () => void): () => void {
        this.scheduled += 1;
        return super.schedule(durationMs, action);
      }
    }
    const clock = new CountingClock(0);
    const timer = new AttemptTimer(clock, { ...LIMITS, betweenTokensMs: 1_000 }, () => undefined);
    timer.enter('between-tokens');
    for (let event = 0; event < 1_000; event += 1) {
      timer.enter('between-tokens');
      expect(clock.sleeping).toBe(1);
      await clock.advance(1);
    }
    expect(clock.scheduled).toBeLessThan(5);
  });

  it('is gone once the attempt is over, also when the attempt tells of progress after that', async () => {
    const { clock, timer, outcomes } = begin();
    timer.enter('first-token');
    timer.stop();
    timer.enter('between-tokens');
    timer.resume();
    expect(clock.sleeping).toBe(0);
    await clock.advance(100_000);
    expect(outcomes).toEqual([]);
  });

  it('tells at most one outcome, and never before its limit, in any life of an attempt', async () => {
    const phases = fc.constantFrom<AttemptPhase>('connect', 'headers', 'first-token', 'between-tokens', 'closing');
    const steps = fc.array(
      fc.oneof(
        phases.map((phase) => ({ phase })),
        fc.constantFrom('pause', 'resume'),
        fc.integer({ min: 1, max: 400 }),
      ),
      { maxLength: 12 },
    );
    const limits = fc.record({
      totalMs: fc.integer({ min: 100, max: 1_500 }),
      deadlineMs: fc.integer({ min: 100, max: 1_500 }),
    });
    await fc.assert(
      fc.asyncProperty(steps, limits, async (list, bounds) => {
        const { clock, timer, outcomes } = begin(bounds);
        let since = 0;
        let phase: AttemptPhase = 'connect';
        let paused = false;
        for (const step of list) {
          if (outcomes.length > 0) break;
          if (typeof step === 'number') {
            await clock.advance(step);
          } else if (step === 'pause') {
            paused = true;
            timer.pause();
          } else if (step === 'resume') {
            paused = false;
            since = clock.now();
            timer.resume();
          } else {
            phase = step.phase;
            since = clock.now();
            timer.enter(phase);
          }
        }
        const [told, ...more] = outcomes;
        expect(more).toEqual([]);
        if (told === undefined) {
          expect(clock.now()).toBeLessThan(Math.min(bounds.totalMs, bounds.deadlineMs));
          return;
        }
        const [outcome, atMs] = told;
        if (outcome === 'deadline') expect(atMs).toBe(bounds.deadlineMs);
        else if (outcome === 'timeout_total') expect(atMs).toBe(bounds.totalMs);
        else {
          expect(paused).toBe(false);
          expect(atMs - since).toBeGreaterThanOrEqual(LIMIT_OF[phase]);
          expect(OUTCOME_OF[phase]).toBe(outcome);
        }
      }),
    );
  });
});

const LIMIT_OF = { connect: 100, headers: 200, 'first-token': 300, 'between-tokens': 50, closing: 50 } as const;
const OUTCOME_OF = {
  connect: 'timeout_connect',
  headers: 'timeout_headers',
  'first-token': 'timeout_first_token',
  'between-tokens': 'timeout_stall',
  closing: 'timeout_stall',
} as const;
