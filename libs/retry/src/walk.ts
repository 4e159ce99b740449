import { invariant } from '#kernel';
import { backoffMs } from './backoff.js';
import type { Permit } from './breaker.js';
import { FIXED_OUTCOMES, OUTCOME_TABLE, type NextStep, type OutcomeKind, type WalkReason } from './outcome-table.js';
import { RunningAttempt } from './running-attempt.js';
import { waitFor } from './wait-for.js';
import type { AttemptResult, WalkOptions, WalkResult } from './walk-options.js';

/** The range of waits before the same candidate is asked again. */
const REPEAT_BACKOFF = { baseMs: 100, maxMs: 1_000 };

/** The longest `Retry-After` that is waited for; a longer one sends the walk to the next candidate. */
export const RETRY_AFTER_MS_MAX = 5_000;

/**
 * Tries candidates one after another until one serves, one fails for good, or there is nothing left to try.
 *
 * A candidate is asked again only after transient failures, within its repeats and the retry budget. Candidates with an
 * open breaker are skipped. Two attempts run at once only where a hedge is asked for; the first to begin its answer
 * cancels the other.
 */
export async function walk<C, T, F>(options: WalkOptions<C, T, F>): Promise<WalkResult<C, T, F>> {
  return new Walk(options).run();
}

/** A candidate that was attempted, and how that ended. */
interface Tried<C, T, F> {
  readonly candidate: C;
  readonly index: number;
  readonly result: AttemptResult<T, F>;
}

class Walk<C, T, F> {
  private readonly candidates: readonly C[];
  private readonly maxAttempts: number;
  /** Position of the next candidate. */
  private cursor = 0;
  private attempts = 0;
  private last: Tried<C, T, F> | undefined;
  /** The answer that broke off and waits for its rest. */
  private broken: Tried<C, T, F> | undefined;
  /** Only candidates with a larger window are asked. */
  private windowAbove: number | undefined;

  constructor(private readonly options: WalkOptions<C, T, F>) {
    this.candidates = options.onlyFirst === true ? options.candidates.slice(0, 1) : options.candidates;
    this.maxAttempts = options.maxAttempts ?? Infinity;
    invariant(this.candidates.length > 0, 'a walk needs a candidate');
    invariant(this.maxAttempts >= 1, 'a walk may make at least one attempt');
  }

  async run(): Promise<WalkResult<C, T, F>> {
    for (let next = this.takeNext(); next !== undefined; next = this.takeNext()) {
      if (next === 'stopped') break;
      const tried = await this.tryRepeatedly(next.candidate, next.index, next.permit);
      this.last = tried;
      const then = this.stepAfter(tried.result);
      if ('value' in tried.result) {
        if (then === 'stop') return this.served(tried, false);
        this.broken = tried;
      } else if (then === 'stop') {
        break;
      } else if (then === 'larger') {
        this.windowAbove = this.options.contextTokensOf?.(tried.candidate) ?? Infinity;
      }
    }
    return this.conclude();
  }

  /** The next candidate that may be asked, with its permit; undefined at the end of the list. */
  private takeNext():
    { readonly candidate: C; readonly index: number; readonly permit: Permit } | 'stopped' | undefined {
    while (this.cursor < this.candidates.length) {
      const index = this.cursor;
      const candidate = this.candidates[index] as C;
      const stop = this.reasonToStop();
      if (stop !== undefined) {
        this.tell(stop, candidate, index);
        return 'stopped';
      }
      this.cursor += 1;
      if (this.broken !== undefined && this.options.canResume?.(candidate) === false) {
        this.tell('cannot_resume', candidate, index);
        continue;
      }
      if (!this.fits(candidate)) {
        this.tell('window_too_small', candidate, index);
        continue;
      }
      const permit = this.options.breakers.acquireAll(this.options.breakerIdsOf(candidate));
      if (permit !== undefined) return { candidate, index, permit };
      this.tell('circuit_open', candidate, index);
    }
    return undefined;
  }

  /** Asked before the breakers are: a permit that no attempt follows would only have to be given back. */
  private reasonToStop(): WalkReason | undefined {
    if (this.options.signal.aborted || this.timeIsUp()) return 'context_done';
    return this.attempts >= this.maxAttempts ? 'chain_exhausted' : undefined;
  }

  private fits(candidate: C): boolean {
    if (this.windowAbove === undefined) return true;
    return (this.options.contextTokensOf?.(candidate) ?? 0) > this.windowAbove;
  }

  private async tryRepeatedly(candidate: C, index: number, firstPermit: Permit): Promise<Tried<C, T, F>> {
    this.attempts += 1;
    let permit: Permit | undefined = firstPermit;
    for (let repeat = 1; ; repeat += 1) {
      const tried: Tried<C, T, F> = await this.tryWithHedge(candidate, index, permit, repeat);
      if (tried.index !== index || !(await this.mayRepeat(tried.result, repeat))) return tried;
      permit = this.options.breakers.acquireAll(this.options.breakerIdsOf(candidate));
      if (permit === undefined) return tried;
      this.attempts += 1;
    }
  }

  /** Whether the same candidate is asked again; if so, the wait before that is over. */
  private async mayRepeat(result: AttemptResult<T, F>, repeat: number): Promise<boolean> {
    const { repeats, clock, signal, deadlineAtMs } = this.options;
    if (repeats === undefined || !repeats.safe || repeat > repeats.max) return false;
    if ('value' in result || this.stepAfter(result) !== 'retry' || !this.hasAttemptToSpare()) return false;
    const waitMs = result.retryAfterMs ?? backoffMs(REPEAT_BACKOFF, repeat, repeats.random);
    if (waitMs > RETRY_AFTER_MS_MAX) return false;
    if (deadlineAtMs !== undefined && clock.monotonicMs() + waitMs >= deadlineAtMs) return false;
    if (!repeats.budget.withdraw()) return false;
    await waitFor(clock, waitMs, signal);
    return !signal.aborted && !this.timeIsUp();
  }

  /** Whether a repeat would leave an attempt for each candidate that was not asked yet. */
  private hasAttemptToSpare(): boolean {
    return this.maxAttempts - this.attempts > this.candidates.length - this.cursor;
  }

  /** One attempt, or two at once when the first keeps silent for too long. */
  private async tryWithHedge(candidate: C, index: number, permit: Permit, repeat: number): Promise<Tried<C, T, F>> {
    const first = this.start(candidate, index, permit, repeat);
    const { hedgeAfterMs, clock } = this.options;
    // A stream that already reached the client has no second beginning to race for.
    if (hedgeAfterMs === undefined || this.broken !== undefined) return first.tried();
    const silent = await first.isSilentAfter(clock, hedgeAfterMs);
    const next = silent ? this.takeNext() : undefined;
    if (next === undefined || next === 'stopped') return first.tried();
    this.attempts += 1;
    const second = this.start(next.candidate, next.index, next.permit, 1);
    first.race(second);
    const earlier = await Promise.race([first.decided(), second.decided()]);
    const other = earlier === first ? second : first;
    const tried = await earlier.tried();
    // The first to end may have failed, and the other may still serve.
    return 'value' in tried.result ? tried : other.tried();
  }

  private start(candidate: C, index: number, permit: Permit, repeat: number): RunningAttempt<C, T, F> {
    const { clock } = this.options;
    const startedMs = clock.monotonicMs();
    return new RunningAttempt({
      candidate,
      index,
      repeat,
      permit,
      attempt: this.options.attempt,
      onEnd: (kind) =>
        this.tell(reasonOf(kind, index), candidate, index, {
          kind,
          startedMs,
          durationMs: clock.monotonicMs() - startedMs,
        }),
    });
  }

  private stepAfter(result: AttemptResult<T, F>): NextStep {
    if (result.kind === 'success') return 'stop';
    if (result.kind === 'interrupted') return result.resumable === true ? 'next' : 'stop';
    // Whatever keeps a candidate from going on with a broken answer, another may still be able to.
    if (this.broken !== undefined && !FIXED_OUTCOMES.has(result.kind)) return 'next';
    const ruled = FIXED_OUTCOMES.has(result.kind) ? undefined : this.options.stepOf?.(result.kind);
    return ruled ?? OUTCOME_TABLE[result.kind].then;
  }

  private conclude(): WalkResult<C, T, F> {
    const { attempts, last, broken } = this;
    if (broken !== undefined) return this.served(broken, true);
    if (last !== undefined && !('value' in last.result)) {
      const { kind: failureKind, failure } = last.result;
      if (failureKind !== 'client_gone' && this.options.signal.aborted) return { kind: 'aborted', attempts };
      return { kind: 'failed', failureKind, failure, candidate: last.candidate, index: last.index, attempts };
    }
    if (this.options.signal.aborted) return { kind: 'aborted', attempts };
    return this.timeIsUp() ? { kind: 'deadline', attempts } : { kind: 'circuit_open' };
  }

  private served({ candidate, index, result }: Tried<C, T, F>, unresumed: boolean): WalkResult<C, T, F> {
    invariant('value' in result, 'only an answer is served');
    const { attempts } = this;
    return {
      kind: 'served',
      value: result.value,
      candidate,
      index,
      attempts,
      fallbackCount: index > 0 ? 1 : 0,
      unresumed,
    };
  }

  private timeIsUp(): boolean {
    const { deadlineAtMs, clock } = this.options;
    return deadlineAtMs !== undefined && clock.monotonicMs() >= deadlineAtMs;
  }

  private tell(
    reason: WalkReason,
    candidate: C,
    index: number,
    attempt?: { readonly kind: OutcomeKind; readonly startedMs: number; readonly durationMs: number },
  ): void {
    const { kind, startedMs = this.options.clock.monotonicMs(), durationMs = 0 } = attempt ?? {};
    this.options.onEvent?.({ reason, kind, candidate, index, startedMs, durationMs });
  }
}

function reasonOf(kind: OutcomeKind, index: number): WalkReason {
  return kind === 'success' && index > 0 ? 'fallback_success' : OUTCOME_TABLE[kind].reason;
}
