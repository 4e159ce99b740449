import { SeededRandom, VirtualClock } from '#kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURE_KINDS, FIXED_OUTCOMES, OUTCOME_TABLE, type FailureKind, type NextStep } from './outcome-table.js';
import { RetryBudget } from './retry-budget.js';
import { StopSource } from './stop-signal.js';
import { CountingBreakers } from './testing/counting-breakers.js';
import { drive } from './testing/drive.js';
import { ScriptedAttempts, type ScriptedEnd, type ScriptedStep } from './testing/scripted-attempts.js';
import { walk } from './walk.js';
import type { WalkEvent, WalkResult } from './walk-options.js';

const BREAKERS = { threshold: 3, windowMs: 1_000, cooldownMs: 300 };
const RESERVE = 2;
const RATIO = 0.1;

/** Ends that an attempt reports by itself; losing a hedge and leaving come from outside. */
const OWN_ENDS: readonly ScriptedEnd[] = FAILURE_KINDS.filter(
  (kind) => kind !== 'hedge_lost' && kind !== 'client_gone',
);

const step: fc.Arbitrary<ScriptedStep> = fc.record({
  ends: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom<ScriptedEnd>('success', 'interrupted', 'resumable', 'resumable', 'resumable'),
    },
    { weight: 4, arbitrary: fc.constantFrom(...OWN_ENDS) },
    { weight: 2, arbitrary: fc.constantFrom<ScriptedEnd>('server_error', 'rate_limited', 'overloaded', 'reset') },
    { weight: 1, arbitrary: fc.constant<ScriptedEnd>('fault') },
  ),
  afterMs: fc.constantFrom(0, 10, 60, 150, 400),
  lastsMs: fc.constantFrom(0, 50, 300),
  retryAfterMs: fc.constantFrom(undefined, undefined, 0, 200, 9_000),
});

const candidate = fc.record({
  provider: fc.constantFrom('p', 'q', 'r'),
  steps: fc.array(step, { minLength: 1, maxLength: 3, size: 'max' }),
  contextTokens: fc.constantFrom(undefined, 8_000, 200_000),
  canResume: fc.constantFrom(true, true, false),
});

const request = fc.record({
  startsAtMs: fc.constantFrom(0, 0, 100, 350, 700),
  chain: fc.array(candidate, { minLength: 2, maxLength: 5, size: 'max' }),
  maxAttempts: fc.constantFrom(undefined, undefined, 1, 2, 4),
  onlyFirst: fc.constantFrom(false, false, false, true),
  repeatsMax: fc.nat({ max: 3 }),
  safe: fc.constantFrom(true, true, true, false),
  hedgeAfterMs: fc.constantFrom(undefined, 0, 20, 100),
  deadlineMs: fc.constantFrom(undefined, undefined, 50, 500),
  leavesAfterMs: fc.constantFrom(undefined, undefined, undefined, 0, 30, 200),
  rules: fc.dictionary(fc.constantFrom(...FAILURE_KINDS), fc.constantFrom<NextStep>('retry', 'next', 'stop'), {
    maxKeys: 3,
  }),
});
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

/** One replica: what its requests share. */
class World {
  readonly clock = new VirtualClock(0);
  readonly breakers = new CountingBreakers({ clock: this.clock, config: BREAKERS });
  readonly budget = new RetryBudget({ reserve: RESERVE, ratio: RATIO });
  repeats = 0;
  /** Attempts that lost a race. */
  beaten = 0;
  /** Attempts that went on with a broken answer. */
  resumptions = 0;

  async serve(request: Request, number: number): Promise<void> {
    await this.clock.sleep(request.startsAtMs);
    this.budget.deposit();
    await new Served(this, request, number).run();
  }
}

/** One request, watched. */
class Served {
  private readonly signal = new StopSource();
  private readonly events: WalkEvent<string>[] = [];
  private readonly scripted: ScriptedAttempts;
  private readonly deadlineAtMs: number;

  constructor(
    private readonly world: World,
    private readonly request: Request,
    private readonly number: number,
  ) {
    const { clock } = world;
    this.deadlineAtMs = clock.monotonicMs() + (request.deadlineMs ?? Infinity);
    this.scripted = new ScriptedAttempts(clock, this.signal, (name, repeat) => {
      const { steps } = this.candidateOf(name);
      return steps[Math.min(repeat, steps.length) - 1] ?? { ends: 'success' };
    });
    this.scripted.onStart = () => this.mayStart();
  }

  async run(): Promise<void> {
    const { world, request, signal } = this;
    const { clock } = world;
    if (request.leavesAfterMs === 0) signal.stop();
    const cancelLeaving = clock.schedule(request.leavesAfterMs ?? 1e9, () => signal.stop());
    const result = await walk<string, string, string>({
      candidates: request.chain.map((_, index) => String(index)),
      breakerIdsOf: (name) => breakerIdsOf(this.candidateOf(name).provider, name),
      attempt: this.scripted.attempt,
      breakers: world.breakers,
      ...(request.maxAttempts === undefined ? {} : { maxAttempts: request.maxAttempts }),
      onlyFirst: request.onlyFirst,
      repeats: {
        max: request.repeatsMax,
        budget: world.budget,
        random: new SeededRandom(this.number),
        safe: request.safe,
      },
      stepOf: (kind) => request.rules[kind],
      contextTokensOf: (name) => this.candidateOf(name).contextTokens,
      canResume: (name) => this.candidateOf(name).canResume,
      hedgeAfterMs: request.hedgeAfterMs,
      deadlineAtMs: this.deadlineAtMs,
      signal,
      clock,
      onEvent: (event) => this.events.push(event),
    }).catch((fault: unknown) =>
      fault instanceof Error && fault.message.startsWith('fault of') ? fault : Promise.reject(fault),
    );
    cancelLeaving();
    this.judgeAttempts();
    if (!(result instanceof Error)) this.judgeResult(result);
  }

  private candidateOf(name: string): Request['chain'][number] {
    const found = this.request.chain[Number(name)];
    if (found === undefined) throw new Error('there is no such candidate');
    return found;
  }

  /** What must hold whenever an attempt starts. */
  private mayStart(): void {
    const { made } = this.scripted;
    const { request, world } = this;
    expect(this.signal.aborted, 'an attempt for a client that has left').toBe(false);
    expect(world.clock.monotonicMs(), 'an attempt after the deadline').toBeLessThan(this.deadlineAtMs);
    expect(made.length, 'more attempts than allowed').toBeLessThan(request.maxAttempts ?? Infinity);
    const running = made.filter(({ ended }) => ended === undefined);
    const broken = made.some(({ begun }) => begun);
    const hedges = request.hedgeAfterMs !== undefined && request.safe && !broken;
    expect(running.length, 'too many attempts at once').toBeLessThanOrEqual(hedges ? 1 : 0);
    for (const { begun, ended } of made) {
      expect(begun && ended !== 'resumable', 'an attempt after an answer that it cannot go on with').toBe(false);
    }
  }

  private judgeAttempts(): void {
    const { made } = this.scripted;
    const { request } = this;
    expect(
      made.filter(({ ended }) => ended === undefined),
      'attempts that outlive the walk',
    ).toEqual([]);
    // Every answer but the last was gone on with, so no two were ever given beside each other.
    const begun = made.filter((attempt) => attempt.begun);
    for (const { ended } of begun.slice(0, -1)) expect(ended).toBe('resumable');
    this.world.resumptions += Math.max(0, begun.length - 1);
    expect(this.events.filter(({ kind }) => kind !== undefined)).toHaveLength(made.length);

    for (const [index] of request.chain.entries()) {
      const asked = made.filter((attempt) => attempt.candidate === String(index));
      const lost = asked.filter(({ ended }) => ended === 'hedge_lost').length;
      const repeats = Math.max(0, asked.length - 1 - lost);
      this.world.repeats += repeats;
      this.world.beaten += lost;
      expect(repeats, 'more repeats than allowed').toBeLessThanOrEqual(request.safe ? request.repeatsMax : 0);
      expect(asked.map(({ repeat }) => repeat)).toEqual(asked.map((_, time) => time + 1));
    }
    if (request.onlyFirst) expect(made.every((attempt) => attempt.candidate === '0')).toBe(true);
    // Candidates are asked for the first time in the order of the plan.
    const firsts = made.filter(({ repeat }) => repeat === 1).map((attempt) => Number(attempt.candidate));
    expect(firsts).toEqual([...firsts].sort((left, right) => left - right));
  }

  private judgeResult(result: WalkResult<string, string, string>): void {
    const { made } = this.scripted;
    const begun = made.filter((attempt) => attempt.begun);
    if ('attempts' in result) expect(result.attempts).toBe(made.length);
    if (result.kind === 'served') {
      const answering = begun.at(-1);
      expect(result.candidate).toBe(answering?.candidate);
      expect(result.unresumed, 'a broken answer is either completed or its client is told').toBe(
        answering?.ended === 'resumable',
      );
    } else {
      expect(begun, 'an answer that nobody speaks of').toEqual([]);
    }
    if (result.kind === 'circuit_open') expect(made).toEqual([]);
    if (result.kind === 'failed') {
      const last = made.find(({ ended, candidate }) => candidate === result.candidate && ended === result.failureKind);
      expect(last).toBeDefined();
      if (this.stops(result.failureKind)) return;
      expect(made.some(({ ended }) => ended !== undefined && this.stops(ended))).toBe(false);
    }
  }

  private stops(kind: ScriptedEnd): boolean {
    const failure = FAILURE_KINDS.find((known) => known === kind);
    if (failure === undefined || failure === 'hedge_lost') return false;
    return this.ruleOf(failure) === 'stop';
  }

  private ruleOf(kind: FailureKind): NextStep {
    const ruled = FIXED_OUTCOMES.has(kind) ? undefined : this.request.rules[kind];
    return ruled ?? OUTCOME_TABLE[kind].step;
  }
}

function breakerIdsOf(provider: string, model: string): string[] {
  return [provider, `${provider}/${model}`];
}

describe('any requests at once, whatever their providers do', () => {
  it('keep every limit, give one answer, settle every permit and lock no provider out', async () => {
    const seen = { repeats: 0, beaten: 0, resumptions: 0, openBreakers: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 4, size: 'max' }), async (requests) => {
        const world = new World();
        const { clock, breakers } = world;
        await drive(Promise.all(requests.map((each, number) => world.serve(each, number))), clock, 50);

        expect(breakers.held, 'permits that nobody settled').toBe(0);
        expect(clock.sleeping, 'timers that nobody waits for').toBe(0);
        expect(world.repeats).toBeLessThanOrEqual(RESERVE + RATIO * requests.length);

        const phases = [...breakers.phases()];
        await clock.advance(BREAKERS.cooldownMs + 1);
        for (const [id] of phases) expect(breakers.acquire(id), `${id} is locked out`).toBeDefined();

        seen.repeats += world.repeats;
        seen.beaten += world.beaten;
        seen.resumptions += world.resumptions;
        seen.openBreakers += phases.filter(([, phase]) => phase !== 'closed').length;
      }),
      { numRuns: 500 },
    );
    for (const times of Object.values(seen)) expect(times, 'the scenes are not so tame').toBeGreaterThan(10);
  });
});
