import { invariant, type Clock } from '#kernel';
import type { BreakerRegistry } from './breaker-registry.js';
import type { Permit } from './breaker.js';
import { OUTCOME_TABLE, type FailureKind, type OutcomeKind, type WalkReason } from './outcome-table.js';

/** How one attempt ended: with a value that was served, whole or in part, or with a classified failure and what is known of it. */
export type AttemptResult<T, F> =
  { readonly kind: 'success' | 'interrupted'; readonly value: T } | { readonly kind: FailureKind; readonly failure: F };

/** One step of a walk, for metrics, traces and logs. */
export interface WalkEvent<C> {
  readonly reason: WalkReason;
  readonly candidate: C;
  /** Position of the candidate, from 0. */
  readonly index: number;
  /** Milliseconds that the attempt took; 0 when the candidate was not attempted. */
  readonly durationMs: number;
}

/** Says that a walk is to stop. An `AbortSignal` is one. */
export interface StopSignal {
  readonly aborted: boolean;
}

/** Everything that a walk needs. `C` is a candidate, `T` what success yields, `F` what a failure carries. */
export interface WalkOptions<C, T, F> {
  /** In order of preference; at least one. */
  readonly candidates: readonly C[];
  /** Names the breaker of a candidate: its model provider id. */
  readonly breakerIdOf: (candidate: C) => string;
  /**
   * Makes one call and obeys `signal`. A rejection is a fault of ours: it ends the walk and is passed on.
   *
   * It may resolve when the answer has begun or when it has ended. In the latter case it calls `answering` at the
   * beginning, or a provider that is being probed refuses everybody else for as long as the answer takes.
   */
  readonly attempt: (
    candidate: C,
    index: number,
    signal: StopSignal,
    answering: () => void,
  ) => Promise<AttemptResult<T, F>>;
  readonly breakers: BreakerRegistry;
  /** The most attempts, at least 1. Default: one per candidate. Skipped candidates are not attempts. */
  readonly maxAttempts?: number;
  /** Never look past the first candidate, also when its breaker is open: the walk of a key without fallback. */
  readonly onlyFirst?: boolean;
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
  /** The signal had aborted before the next attempt could start. */
  | { readonly kind: 'aborted'; readonly attempts: number };

/**
 * Tries candidates one after another until one serves, one fails for good, or there is nothing left to try.
 *
 * Never two attempts at once, no delay between them, and no candidate twice. Candidates with an open breaker are skipped.
 */
export async function walk<C, T, F>(options: WalkOptions<C, T, F>): Promise<WalkResult<C, T, F>> {
  const candidates = options.onlyFirst === true ? options.candidates.slice(0, 1) : options.candidates;
  const maxAttempts = options.maxAttempts ?? candidates.length;
  invariant(candidates.length > 0, 'a walk needs a candidate');
  invariant(maxAttempts >= 1, 'a walk may make at least one attempt');
  let attempts = 0;
  let result: WalkResult<C, T, F> = { kind: 'circuit_open' };
  for (const [index, candidate] of candidates.entries()) {
    const tell = (reason: WalkReason, durationMs = 0): void =>
      options.onEvent?.({ reason, candidate, index, durationMs });
    if (options.signal.aborted) {
      tell('context_done');
      return { kind: 'aborted', attempts };
    }
    // Before the breaker is asked: a permit that no attempt follows would only have to be given back.
    if (attempts >= maxAttempts) {
      tell('chain_exhausted');
      break;
    }
    const permit = options.breakers.acquire(options.breakerIdOf(candidate));
    if (permit === undefined) {
      tell('circuit_open');
      continue;
    }
    attempts += 1;
    const startedMs = options.clock.monotonicMs();
    const outcome = await attemptOnce(options, candidate, index, permit);
    const durationMs = options.clock.monotonicMs() - startedMs;
    if ('value' in outcome) {
      const fallbackCount = index > 0 ? 1 : 0;
      const reason = index > 0 ? 'fallback_success' : 'success';
      tell(outcome.kind === 'interrupted' ? 'interrupted' : reason, durationMs);
      return { kind: 'served', value: outcome.value, candidate, index, attempts, fallbackCount };
    }
    const { fallBack, reason } = OUTCOME_TABLE[outcome.kind];
    tell(reason, durationMs);
    result = { kind: 'failed', failureKind: outcome.kind, failure: outcome.failure, candidate, index, attempts };
    if (!fallBack) break;
  }
  return result;
}

async function attemptOnce<C, T, F>(
  options: WalkOptions<C, T, F>,
  candidate: C,
  index: number,
  permit: Permit,
): Promise<AttemptResult<T, F>> {
  let kind: OutcomeKind = 'gateway_fault';
  try {
    const outcome = await options.attempt(candidate, index, options.signal, permit.answering);
    kind = outcome.kind;
    return outcome;
  } finally {
    const { breaker } = OUTCOME_TABLE[kind];
    permit.settle(breaker === 'none' ? 'abandoned' : breaker);
  }
}
