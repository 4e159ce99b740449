/** How an attempt failed, classified once, where the failure was seen. */
export type FailureKind =
  /** The provider answered 5xx. */
  | 'server_error'
  /** The provider answered 404: this model provider does not serve the model. */
  | 'not_found'
  /** The provider answered 429, or its own client side limit refused the call. */
  | 'rate_limited'
  /** The provider answered any other status that is not a success: the request itself is at fault. */
  | 'client_error'
  /** The provider did not answer within the time of the attempt. */
  | 'timeout'
  /** The connection could not be made, or broke before an answer. */
  | 'network'
  /** The client left. */
  | 'client_gone'
  /** The time of the whole request was used up. */
  | 'deadline'
  /** Our own side failed before or instead of the call: says nothing about the provider. */
  | 'gateway_fault';

/** How an attempt ended. */
export type OutcomeKind =
  | 'success'
  /** The client got a part of the answer, then the provider failed: too late to try another. */
  | 'interrupted'
  | FailureKind;

/** The word by which one step of a walk is counted and logged (contract 7.4). */
export type WalkReason =
  | 'success'
  | 'fallback_success'
  | 'retryable_5xx'
  | 'not_found'
  | 'rate_limit'
  | 'timeout'
  | 'network'
  | 'non_retryable'
  | 'interrupted'
  | 'circuit_open'
  | 'context_done'
  | 'chain_exhausted';

/** What an outcome means for the rest of the walk. */
export interface OutcomeRule {
  /** Whether the next candidate may be tried. */
  readonly fallBack: boolean;
  /** What the outcome tells the breaker; `none` gives a half-open probe back undecided. */
  readonly breaker: 'success' | 'failure' | 'none';
  readonly reason: WalkReason;
}

/**
 * What each outcome means, as data.
 *
 * A 404 or 429 is an answer: the provider lives, so its breaker closes, and another candidate may still serve the
 * request. An outcome that the provider had no part in leaves its breaker alone.
 */
export const OUTCOME_TABLE: Readonly<Record<OutcomeKind, OutcomeRule>> = {
  success: { fallBack: false, breaker: 'success', reason: 'success' },
  interrupted: { fallBack: false, breaker: 'failure', reason: 'interrupted' },
  server_error: { fallBack: true, breaker: 'failure', reason: 'retryable_5xx' },
  not_found: { fallBack: true, breaker: 'success', reason: 'not_found' },
  rate_limited: { fallBack: true, breaker: 'success', reason: 'rate_limit' },
  client_error: { fallBack: false, breaker: 'success', reason: 'non_retryable' },
  timeout: { fallBack: true, breaker: 'failure', reason: 'timeout' },
  network: { fallBack: true, breaker: 'failure', reason: 'network' },
  client_gone: { fallBack: false, breaker: 'none', reason: 'context_done' },
  deadline: { fallBack: false, breaker: 'none', reason: 'context_done' },
  gateway_fault: { fallBack: false, breaker: 'none', reason: 'non_retryable' },
};

/**
 * Classifies the status that a provider answered with.
 *
 * @param status An HTTP status. One that is neither a success nor an error, such as a redirect, is a `client_error`.
 */
export function classifyStatus(status: number): 'success' | FailureKind {
  if (status >= 200 && status <= 299) return 'success';
  if (status >= 500) return 'server_error';
  if (status === 404) return 'not_found';
  return status === 429 ? 'rate_limited' : 'client_error';
}
