export { backoffMs, type BackoffRange } from './backoff.js';
export { BREAKER_DEFAULTS, type BreakerConfig, type BreakerPhase, type Permit, type PermitOutcome } from './breaker.js';
export { BREAKER_GAUGE, BreakerRegistry, type BreakerChange, type BreakerRegistryOptions } from './breaker-registry.js';
export { Deadline, DeadlineExceededError } from './deadline.js';
export {
  OUTCOME_TABLE,
  classifyStatus,
  type FailureKind,
  type OutcomeKind,
  type OutcomeRule,
  type WalkReason,
} from './outcome-table.js';
export {
  walk,
  type AttemptResult,
  type StopSignal,
  type WalkEvent,
  type WalkOptions,
  type WalkResult,
} from './walk.js';
