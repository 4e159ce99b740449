import { invariant } from '#kernel';
import { CandidateLine, type Place, type Turn } from './candidate-line.js';
import {
  FIXED_OUTCOMES,
  OUTCOME_TABLE,
  type FailureKind,
  type NextStep,
  type OutcomeKind,
  type WalkReason,
} from './outcome-table.js';
import { RunningAttempt } from './running-attempt.js';
import { waitToRepeat } from './wait-to-repeat.js';
import type { AttemptResult, WalkEvent, WalkOptions, WalkResult } from './walk-options.js';

/**
 * Tries candidates one after another until one serves, one fails for good, or there is nothing left to try.
 *
 * A candidate is asked again only after transient failures, within its repeats and the retry budget. Candidates with an
 * open breaker are skipped. Two attempts run at once only where a hedge is asked for; the first to begin its answer
 * cancels the other. When the walk is over, so is every attempt that it made.
 */
export async function walk<C, T, F>(options: WalkOptions<C, T, F>): Promise<WalkResult<C, T, F>> {
  return new Walk(options).run();
}

class Walk<C, T, F> {
  private readonly line: CandidateLine<C>;
  private readonly maxAttempts: number;
  private attempts = 0;
  /** The attempt that counted last, which is over. */
  private last: RunningAttempt<C, T, F> | undefined;
  /** The one whose answer broke off and waits for its rest. */
  private broken: RunningAttempt<C, T, F> | undefined;

  constructor(private readonly options: WalkOptions<C, T, F>) {
    this.line = new CandidateLine(options, (reason, place) => this.tell(reason, place));
    this.maxAttempts = options.maxAttempts ?? Infinity;
    invariant(this.line.length > 0, 'a walk needs a candidate');
    invariant(this.maxAttempts >= 1, 'a walk may make at least one attempt');
  }

  async run(): Promise<WalkResult<C, T, F>> {
    while (this.line.front !== undefined) {
      const stop = this.reasonToStop();
      if (stop !== undefined) {
        this.tell(stop, this.line.front);
        return this.conclude(stop);
      }
      const turn = this.line.take();
      if (turn === undefined) break;
      const tried = await this.tryRepeatedly(turn);
      const { result } = tried;
      this.last = tried;
      if ('value' in result) {
        if (result.kind === 'success' || result.resumable !== true) return this.served(tried, false);
        this.broken = tried;
        this.line.askToResume(tried.beaten);
      } else if (this.stepAfter(result.kind) === 'stop') {
        break;
      }
    }
    return this.conclude();
  }

  /** Asked before the breakers are: a permit that no attempt follows would only have to be given back. */
  private reasonToStop(): WalkReason | undefined {
    const { signal, clock, deadlineAtMs } = this.options;
    if (signal.aborted || (deadlineAtMs !== undefined && clock.monotonicMs() >= deadlineAtMs)) return 'context_done';
    return this.attempts >= this.maxAttempts ? 'chain_exhausted' : undefined;
  }

  private async tryRepeatedly(firstTurn: Turn<C>): Promise<RunningAttempt<C, T, F>> {
    const { place } = firstTurn;
    for (let turn = firstTurn; ;) {
      const tried = await this.tryWithHedge(turn);
      if (tried.place !== place || !(await this.mayRepeat(place, tried.result))) return tried;
      const permit = this.line.permitFor(place.candidate);
      if (permit === undefined) return tried;
      turn = { place, permit };
    }
  }

  /** Whether the same candidate is asked again; if so, the wait before that is over. */
  private async mayRepeat({ asked }: Place<C>, result: AttemptResult<T, F>): Promise<boolean> {
    if ('value' in result || this.stepAfter(result.kind) !== 'retry') return false;
    // A repeat never takes the attempt of a candidate that was not asked yet.
    if (this.maxAttempts - this.attempts <= this.line.length) return false;
    return (await waitToRepeat(this.options, asked, result.retryAfterMs)) && this.reasonToStop() === undefined;
  }

  /** One attempt, or two at once when the first keeps silent for too long: the one of them that counts. */
  private async tryWithHedge(turn: Turn<C>): Promise<RunningAttempt<C, T, F>> {
    const first = this.start(turn);
    const hedge = await this.turnBeside(first);
    if (hedge === undefined) {
      await first.over;
      return first;
    }
    const second = this.start(hedge, first);
    await Promise.all([first.over, second.over]);
    if (first.won) return first;
    if (second.won) return second;
    // Neither has an answer. A failure that ends the walk does so whoever had it, and so does a fault, which throws here.
    for (const attempt of [first, second]) if (this.stepAfter(attempt.result.kind) === 'stop') return attempt;
    return second;
  }

  /** Whose turn it is beside an attempt that keeps silent for too long; undefined when that is nobody's. */
  private async turnBeside(first: RunningAttempt<C, T, F>): Promise<Turn<C> | undefined> {
    const { hedgeAfterMs, repeats, clock } = this.options;
    if (hedgeAfterMs === undefined || repeats?.safe === false) return undefined;
    // An answer that already reached the client has no second beginning to race for.
    if (this.broken !== undefined) return undefined;
    const silent = await first.isSilentAfter(clock, hedgeAfterMs);
    return silent && this.reasonToStop() === undefined ? this.line.take() : undefined;
  }

  private start(turn: Turn<C>, rival?: RunningAttempt<C, T, F>): RunningAttempt<C, T, F> {
    const { place } = turn;
    const { clock, attempt } = this.options;
    const startedMs = clock.monotonicMs();
    this.attempts += 1;
    const onEnd = (kind: OutcomeKind): void => {
      if (this.stepAfter(kind) === 'larger') this.line.askOnlyLargerThan(place.candidate);
      const reason = kind === 'success' && place.index > 0 ? 'fallback_success' : OUTCOME_TABLE[kind].reason;
      this.tell(reason, place, { kind, startedMs, durationMs: clock.monotonicMs() - startedMs });
    };
    return new RunningAttempt(turn, { attempt, onEnd }, rival);
  }

  private stepAfter(kind: OutcomeKind): NextStep {
    const { step } = OUTCOME_TABLE[kind];
    if (!canBeRuled(kind)) return step;
    // Whatever keeps a candidate from going on with a broken answer, another may still be able to.
    if (this.broken !== undefined) return 'next';
    return this.options.stepOf?.(kind) ?? step;
  }

  /** @param stop Why candidates that are left are not asked. */
  private conclude(stop?: WalkReason): WalkResult<C, T, F> {
    const { attempts, last, broken } = this;
    if (broken !== undefined) return this.served(broken, true);
    if (this.options.signal.aborted) return { kind: 'aborted', attempts };
    if (stop === 'context_done') return { kind: 'deadline', attempts };
    if (last === undefined) return { kind: 'circuit_open' };
    const { place, result } = last;
    invariant(!('value' in result), 'an answer is served');
    const { candidate, index } = place;
    return { kind: 'failed', failureKind: result.kind, failure: result.failure, candidate, index, attempts };
  }

  private served({ place, result }: RunningAttempt<C, T, F>, unresumed: boolean): WalkResult<C, T, F> {
    invariant('value' in result, 'only an answer is served');
    const { attempts } = this;
    const { candidate, index } = place;
    const fallbackCount = index > 0 ? 1 : 0;
    return { kind: 'served', value: result.value, candidate, index, attempts, fallbackCount, unresumed };
  }

  private tell(
    reason: WalkReason,
    { candidate, index }: Place<C>,
    attempt?: Pick<WalkEvent<C>, 'kind' | 'startedMs' | 'durationMs'>,
  ): void {
    const { kind, startedMs = this.options.clock.monotonicMs(), durationMs = 0 } = attempt ?? {};
    this.options.onEvent?.({ reason, kind, candidate, index, startedMs, durationMs });
  }
}

function canBeRuled(kind: OutcomeKind): kind is FailureKind {
  return !FIXED_OUTCOMES.has(kind);
}
