import type { Clock, Random } from '#kernel';
import type { BreakerRegistry } from './breaker-registry.js';
import type { FailureKind, NextStep, WalkReason } from './outcome-table.js';
import type { RetryBudget } from './retry-budget.js';
import type { StopSignal } from './stop-signal.js';

/** How one attempt ended: with a value that was served, whole or in part, or with a classified failure and what is known of it. */
export type AttemptResult<T, F> =
  | { readonly kind: 'success'; readonly value: T }
  /** `resumable`: the rest of the answer may come from another candidate, in the same stream. */
  | { readonly kind: 'interrupted'; readonly value: T; readonly resumable?: boolean }
  | {
      readonly kind: FailureKind;
      readonly failure: F;
      /** How long the provider asked to be left alone, in milliseconds. */
      readonly retryAfterMs?: number | undefined;
    };

/** What an attempt is told, and tells. */
export interface AttemptControl {
  /**
   * Reports that the answer has begun to reach the client: another attempt of the same request is cancelled, and a
   * provider that is being probed is asked again by others.
   */
  answering(): void;
  /** Aborts when another attempt of the same request has begun to answer. */
  readonly cancelled: StopSignal;
  /** 1 for the first time that this candidate is asked in this walk, and so on. */
  readonly repeat: number;
}

/** One step of a walk, for metrics, traces and logs. */
export interface WalkEvent<C> {
  readonly reason: WalkReason;
  /** The outcome itself; undefined when the candidate was not attempted. */
  readonly kind: FailureKind | 'success' | 'interrupted' | undefined;
  readonly candidate: C;
  /** Position of the candidate, from 0. */
  readonly index: number;
  /** Monotonic milliseconds. */
  readonly startedMs: number;
  /** Milliseconds that the attempt took; 0 when the candidate was not attempted. */
  readonly durationMs: number;
}

/** How the same candidate is asked again. */
export interface RepeatOptions {
  /** Repeats at one candidate. */
  readonly max: number;
  readonly budget: RetryBudget;
  readonly random: Random;
  /** False for a request that must not be made twice: it is neither repeated nor hedged. */
  readonly safe: boolean;
}

/** Everything that a walk needs. `C` is a candidate, `T` what success yields, `F` what a failure carries. */
export interface WalkOptions<C, T, F> {
  /** In order of preference; at least one. */
  readonly candidates: readonly C[];
  /** Names the breakers of a candidate, each once: its model provider, and the model there. All must let the attempt through. */
  readonly breakerIdsOf: (candidate: C) => readonly string[];
  /**
   * Makes one call and obeys both signals; one that is cancelled ends as `hedge_lost`. A rejection is a fault of ours: it
   * ends the walk and is passed on, unless another attempt of the same request has the answer. It may resolve when the
   * answer has begun or when it has ended; in the latter case it calls `control.answering` before.
   */
  readonly attempt: (candidate: C, index: number, control: AttemptControl) => Promise<AttemptResult<T, F>>;
  readonly breakers: BreakerRegistry;
  /**
   * The most attempts, at least 1. Default: no limit but the candidates and their repeats. A skipped candidate is no
   * attempt, and a candidate is only asked again when every one that was not asked yet still has its attempt.
   */
  readonly maxAttempts?: number;
  /** Never look past the first candidate, also when its breaker is open: the walk of a key without fallback. */
  readonly onlyFirst?: boolean;
  /** Absent: no candidate is asked twice. */
  readonly repeats?: RepeatOptions;
  /** What a policy says of an outcome in place of the table. */
  readonly stepOf?: (kind: FailureKind) => NextStep | undefined;
  /** Tokens of a candidate's context window; undefined when unknown, which counts as not larger than any other. */
  readonly contextTokensOf?: (candidate: C) => number | undefined;
  /** Whether a candidate may go on with an answer that broke off. Default: any may. */
  readonly canResume?: (candidate: C) => boolean;
  /**
   * Starts the next candidate beside the first when that has not begun to answer after so many milliseconds. Absent: no
   * two attempts run at once.
   */
  readonly hedgeAfterMs?: number | undefined;
  /** Monotonic milliseconds at which the time of the whole request is used up. */
  readonly deadlineAtMs?: number | undefined;
  /** Ends the walk between attempts, and the attempt that is under way. */
  readonly signal: StopSignal;
  readonly clock: Clock;
  readonly onEvent?: (event: WalkEvent<C>) => void;
}

/** How a walk ended. */
export type WalkResult<C, T, F> =
  /** `fallbackCount` is 1 when another than the first candidate served, else 0. */
  | {
      readonly kind: 'served';
      readonly value: T;
      readonly candidate: C;
      readonly index: number;
      readonly attempts: number;
      readonly fallbackCount: number;
      /** True when a broken answer could not be completed by another candidate, and its client waits to be told. */
      readonly unresumed: boolean;
    }
  /** The last attempt's failure: the one that the client gets to see. */
  | {
      readonly kind: 'failed';
      readonly failureKind: FailureKind;
      readonly failure: F;
      readonly candidate: C;
      readonly index: number;
      readonly attempts: number;
    }
  /** Every candidate's breaker refused: nothing was attempted. */
  | { readonly kind: 'circuit_open' }
  /** The time of the whole request was used up before the next attempt could start. */
  | { readonly kind: 'deadline'; readonly attempts: number }
  /** The signal had aborted before the next attempt could start. */
  | { readonly kind: 'aborted'; readonly attempts: number };
