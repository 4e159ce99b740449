import { InvariantError, VirtualClock } from '#kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BREAKER_DEFAULTS, Breaker, type BreakerPhase, type Permit, type PermitOutcome } from './breaker.js';

const { windowMs, threshold, cooldownMs } = BREAKER_DEFAULTS;

function build(): { breaker: Breaker; clock: VirtualClock; changes: string[] } {
  const clock = new VirtualClock();
  const changes: string[] = [];
  const breaker = new Breaker(BREAKER_DEFAULTS, clock, (from, to) => changes.push(`${from}>${to}`));
  return { breaker, clock, changes };
}

function attempt(breaker: Breaker, outcome: PermitOutcome): void {
  const permit = breaker.acquire();
  if (permit === undefined) throw new Error('the breaker refused');
  permit.settle(outcome);
}

function fail(breaker: Breaker, times = threshold): void {
  for (let time = 0; time < times; time += 1) attempt(breaker, 'failure');
}

describe('a breaker', () => {
  it('opens at the tenth failure within the window and not at the ninth', () => {
    const { breaker } = build();
    fail(breaker, threshold - 1);
    expect(breaker.phase).toBe('closed');
    fail(breaker, 1);
    expect(breaker.phase).toBe('open');
    expect(breaker.acquire()).toBeUndefined();
  });

  it('forgets a failure when the window has passed it', async () => {
    const { breaker, clock } = build();
    fail(breaker, threshold - 1);
    await clock.advance(windowMs);
    fail(breaker, threshold - 1);
    expect(breaker.phase).toBe('closed');
  });

  it('forgets all failures at the first success', () => {
    const { breaker } = build();
    fail(breaker, threshold - 1);
    attempt(breaker, 'success');
    fail(breaker, threshold - 1);
    expect(breaker.phase).toBe('closed');
  });

  it('lets exactly one probe through after the cooldown, and a success closes it', async () => {
    const { breaker, clock, changes } = build();
    fail(breaker);
    await clock.advance(cooldownMs);
    expect(breaker.acquire(), 'the cooldown is over only after its last millisecond').toBeUndefined();
    await clock.advance(1);
    expect(breaker.phase).toBe('half_open');
    const probe = breaker.acquire();
    expect(breaker.acquire()).toBeUndefined();
    probe?.settle('success');
    expect(breaker.phase).toBe('closed');
    expect(changes).toEqual(['closed>open', 'open>half_open', 'half_open>closed']);
  });

  it('opens again for a whole cooldown when the probe fails', async () => {
    const { breaker, clock } = build();
    fail(breaker);
    await clock.advance(cooldownMs + 1);
    breaker.acquire()?.settle('failure');
    await clock.advance(cooldownMs);
    expect(breaker.acquire()).toBeUndefined();
    await clock.advance(1);
    expect(breaker.acquire()).toBeDefined();
  });

  it('offers the probe to the next caller when it was abandoned', async () => {
    const { breaker, clock } = build();
    fail(breaker);
    await clock.advance(cooldownMs + 1);
    for (let round = 0; round < 3; round += 1) attempt(breaker, 'abandoned');
    expect(breaker.phase).toBe('half_open');
    attempt(breaker, 'success');
    expect(breaker.phase).toBe('closed');
  });

  it('closes as soon as the probe begins to be answered, and still counts how that answer ends', async () => {
    const { breaker, clock } = build();
    fail(breaker);
    await clock.advance(cooldownMs + 1);
    const probe = breaker.acquire();
    probe?.answering();
    expect(breaker.acquire(), 'nobody waits for the end of the answer').toBeDefined();
    fail(breaker, threshold - 1);
    probe?.settle('failure');
    expect(breaker.phase).toBe('open');
  });

  it('takes the beginning of an answer for no success while it is closed', () => {
    const { breaker } = build();
    for (let time = 0; time < threshold; time += 1) {
      const permit = breaker.acquire();
      permit?.answering();
      permit?.settle('failure');
    }
    expect(breaker.phase, 'a provider that cuts every answer opens its breaker').toBe('open');
  });

  it('lets neither a late failure nor a failed attempt of earlier days decide in place of the probe', async () => {
    const { breaker, clock } = build();
    const early = breaker.acquire();
    fail(breaker);
    await clock.advance(cooldownMs + 1);
    const probe = breaker.acquire();
    early?.settle('failure');
    breaker.recordFailure();
    probe?.settle('success');
    expect(breaker.phase).toBe('closed');
  });

  it('closes at any success, also a late one while it is open', () => {
    const { breaker } = build();
    const early = breaker.acquire();
    fail(breaker);
    early?.settle('success');
    expect(breaker.phase).toBe('closed');
  });

  it('counts failures that come after the attempt was settled', () => {
    const { breaker } = build();
    for (let time = 0; time < threshold; time += 1) breaker.recordFailure();
    expect(breaker.phase).toBe('open');
  });

  it('refuses to settle a permit twice', () => {
    const permit = build().breaker.acquire();
    permit?.settle('failure');
    expect(() => permit?.settle('success')).toThrow(InvariantError);
  });
});

type Step =
  | { readonly act: 'acquire' | 'late-failure' }
  | { readonly act: 'settle'; readonly which: number; readonly outcome: PermitOutcome }
  | { readonly act: 'advance'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ act: 'acquire' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ act: 'late-failure' }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('settle' as const),
      which: fc.nat(),
      outcome: fc.constantFrom<PermitOutcome>('success', 'failure', 'failure', 'failure', 'abandoned'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 40 }) }) },
);

describe('any history of a breaker', () => {
  const config = { windowMs: 50, threshold: 3, cooldownMs: 30 };
  const legal = ['closed>open', 'open>half_open', 'half_open>closed', 'half_open>open', 'open>closed'];

  it('takes only the legal transitions, probes one at a time, and never locks a provider out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const clock = new VirtualClock();
        const failedAtMs: number[] = [];
        const breaker = new Breaker(config, clock, (from, to) => {
          expect(legal).toContain(`${from}>${to}`);
          if (from !== 'closed' || to !== 'open') return;
          const recent = failedAtMs.filter((ms) => clock.now() - ms < config.windowMs);
          expect(recent.length, 'opened without enough recent failures').toBeGreaterThanOrEqual(config.threshold);
        });
        const held: { permit: Permit; phase: BreakerPhase }[] = [];
        for (const each of steps) {
          if (each.act === 'advance') await clock.advance(each.ms);
          if (each.act === 'late-failure') {
            failedAtMs.push(clock.now());
            breaker.recordFailure();
          }
          if (each.act === 'acquire') {
            const { phase, refuses } = breaker;
            const permit = breaker.acquire();
            expect(permit === undefined, 'it does what it says that it would').toBe(refuses);
            expect(phase === 'closed' && permit === undefined, 'a closed breaker refused').toBe(false);
            expect(phase === 'open' && permit !== undefined, 'an open breaker let through').toBe(false);
            if (permit !== undefined) held.push({ permit, phase });
          }
          if (each.act === 'settle' && held.length > 0) {
            const [{ permit } = { permit: undefined }] = held.splice(each.which % held.length, 1);
            if (each.outcome === 'failure') failedAtMs.push(clock.now());
            permit?.settle(each.outcome);
          }
        }
        for (const { permit } of held) permit.settle('abandoned');
        await clock.advance(config.cooldownMs + 1);
        expect(breaker.acquire(), 'everything is settled and the cooldown is over').toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  it('has at most one probe under way at any time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('acquire', 'abandon', 'fail'), { maxLength: 30 }), async (acts) => {
        const clock = new VirtualClock();
        const breaker = new Breaker(config, clock);
        for (let time = 0; time < config.threshold; time += 1) breaker.recordFailure();
        await clock.advance(config.cooldownMs + 1);
        let probe: Permit | undefined;
        for (const act of acts) {
          if (act === 'acquire') {
            const permit = breaker.acquire();
            expect(permit !== undefined && probe !== undefined, 'two probes at once').toBe(false);
            expect(permit === undefined && probe === undefined, 'no probe, although none is under way').toBe(false);
            probe ??= permit;
            continue;
          }
          probe?.settle(act === 'fail' ? 'failure' : 'abandoned');
          if (probe !== undefined && act === 'fail') await clock.advance(config.cooldownMs + 1);
          probe = undefined;
        }
      }),
    );
  });
});
