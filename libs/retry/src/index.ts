export { backoffMs, type BackoffRange } from './backoff.js';
export { BREAKER_DEFAULTS, type BreakerConfig, type BreakerPhase, type Permit, type PermitOutcome } from './breaker.js';
export { BREAKER_GAUGE, BreakerRegistry, type BreakerChange, type BreakerRegistryOptions } from './breaker-registry.js';
export {
  FAILURE_KINDS,
  FIXED_OUTCOMES,
  OUTCOME_TABLE,
  classifyStatus,
  type FailureKind,
  type NextStep,
  type OutcomeKind,
  type OutcomeRule,
  type WalkReason,
} from './outcome-table.js';
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.js';
export { StopSource, type StopSignal } from './stop-signal.js';
export { walk } from './walk.js';
export type {
  AttemptControl,
  AttemptResult,
  RepeatOptions,
  WalkEvent,
  WalkOptions,
  WalkResult,
} from './walk-options.js';
