import type { Clock } from '#kernel';
import type { FailureKind } from '#retry';
import type { AttemptLimits } from '../exchange/attempt.js';

/** What an attempt waits for. */
export type AttemptPhase = 'connect' | 'headers' | 'first-token' | 'between-tokens' | 'closing';

/** How long a stream whose answer is whole is waited for to end, or to tell its usage. */
export const CLOSING_MS = 5_000;

/** The outcome of a limit that passed. */
export type TimeOutcome = Extract<FailureKind, `timeout_${string}` | 'deadline'>;

const OUTCOMES: Readonly<Record<AttemptPhase, TimeOutcome>> = {
  connect: 'timeout_connect',
  headers: 'timeout_headers',
  'first-token': 'timeout_first_token',
  'between-tokens': 'timeout_stall',
  closing: 'timeout_stall',
};

/**
 * Watches over the time limits of one attempt with a single timer.
 *
 * Progress is only noted; the timer looks at it when it rings and goes to sleep again, so a stream of a thousand events
 * costs a thousand readings of the clock and hardly a timer.
 */
export class AttemptTimer {
  private readonly startedMs: number;
  private phase: AttemptPhase = 'connect';
  private phaseSinceMs: number;
  private paused = false;
  private cancel: (() => void) | undefined;
  private stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly limits: AttemptLimits,
    private readonly onTime: (outcome: TimeOutcome) => void,
  ) {
    this.startedMs = clock.monotonicMs();
    this.phaseSinceMs = this.startedMs;
    this.arm();
  }

  /** The attempt made progress: it now waits for `phase`, from this moment on. */
  enter(phase: AttemptPhase): void {
    const shrinks = this.limitOf(phase) < this.limitOf(this.phase);
    this.phase = phase;
    this.phaseSinceMs = this.clock.monotonicMs();
    // A longer wait is found out when the timer rings; a shorter one must not be missed.
    if (shrinks) this.arm();
  }

  /** The client does not keep up, so the provider's silence is ours. */
  pause(): void {
    this.paused = true;
  }

  /** The provider may go on. */
  resume(): void {
    this.paused = false;
    this.phaseSinceMs = this.clock.monotonicMs();
  }

  /** The attempt is over: whatever is told after that sets no timer. */
  stop(): void {
    this.stopped = true;
    this.cancel?.();
    this.cancel = undefined;
  }

  private arm(): void {
    this.cancel?.();
    if (this.stopped) return;
    const nowMs = this.clock.monotonicMs();
    const waitMs = Math.min(this.phaseEndMs(), this.totalEndMs(), this.deadlineMs()) - nowMs;
    this.cancel = this.clock.schedule(Math.max(1, Math.ceil(waitMs)), () => this.ring());
  }

  private ring(): void {
    const nowMs = this.clock.monotonicMs();
    const outcome = this.passed(nowMs);
    if (outcome === undefined) this.arm();
    else this.onTime(outcome);
  }

  private passed(nowMs: number): TimeOutcome | undefined {
    if (nowMs >= this.deadlineMs()) return 'deadline';
    if (nowMs >= this.totalEndMs()) return 'timeout_total';
    return nowMs >= this.phaseEndMs() ? OUTCOMES[this.phase] : undefined;
  }

  private phaseEndMs(): number {
    const from = this.paused ? this.clock.monotonicMs() : this.phaseSinceMs;
    return from + this.limitOf(this.phase);
  }

  private totalEndMs(): number {
    return this.startedMs + this.limits.totalMs;
  }

  private deadlineMs(): number {
    return this.startedMs + this.limits.deadlineMs;
  }

  private limitOf(phase: AttemptPhase): number {
    const { connectMs, headersMs, firstTokenMs, betweenTokensMs } = this.limits;
    switch (phase) {
      case 'connect':
        return connectMs;
      case 'headers':
        return headersMs;
      case 'first-token':
        return firstTokenMs;
      case 'between-tokens':
        return betweenTokensMs;
      case 'closing':
        return Math.min(CLOSING_MS, betweenTokensMs);
    }
  }
}
