/** How an attempt failed, classified once, where the failure was seen. */
export const FAILURE_KINDS = [
  'server_error',
  'server_fault',
  'overloaded',
  'rate_limited',
  'not_found',
  'client_error',
  'credential_error',
  'content_filter',
  'context_length',
  'timeout_connect',
  'timeout_headers',
  'timeout_first_token',
  'timeout_stall',
  'timeout_total',
  'dns',
  'connect',
  'tls',
  'reset',
  'unusable',
  'client_gone',
  'deadline',
  'hedge_lost',
  'gateway_fault',
] as const;

/** How an attempt failed. What each one means is told in {@link OUTCOME_TABLE}. */
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** How an attempt ended: with an answer, whole or in part, or with a failure. */
export type OutcomeKind =
  | 'success'
  /** The client got a part of the answer, then the provider failed: too late to try another unseen. */
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
  | 'window_too_small'
  | 'cannot_resume'
  | 'context_done'
  | 'chain_exhausted';

/** What happens after an attempt. */
export type NextStep =
  /** Ask the same candidate again, if repeats are left; then the next one. */
  | 'retry'
  /** Ask the next candidate. */
  | 'next'
  /** Ask the next candidate whose context window is larger. */
  | 'larger'
  /** The outcome is the answer. */
  | 'stop';

/** What an outcome means for the rest of the walk. */
export interface OutcomeRule {
  readonly step: NextStep;
  /** What the outcome tells the breaker; `none` gives a half-open probe back undecided. */
  readonly breaker: 'success' | 'failure' | 'none';
  readonly reason: WalkReason;
  /** For the documentation: when it is this outcome. */
  readonly when: string;
}

/**
 * What each outcome means, as data (contract 7.4, with its `network` put to use and timeouts told apart).
 *
 * A 404 or 429 is an answer: the provider lives, so its breaker closes, and another candidate may still serve the
 * request. A provider that stays silent is not asked twice: a second wait of the same length helps nobody. An outcome
 * that the provider had no part in leaves its breaker alone.
 */
export const OUTCOME_TABLE: Readonly<Record<OutcomeKind, OutcomeRule>> = {
  success: rule(
    'stop',
    'success',
    'success',
    'a complete answer, or one that ended early through no fault of the provider',
  ),
  interrupted: rule('stop', 'failure', 'interrupted', 'the provider failed after a part of the answer was sent'),
  server_error: rule('retry', 'failure', 'retryable_5xx', 'status 500 or 502'),
  server_fault: rule('next', 'failure', 'retryable_5xx', 'any other status from 500 on'),
  overloaded: rule(
    'retry',
    'failure',
    'retryable_5xx',
    'status 503 or 529, or the provider says that it is overloaded',
  ),
  rate_limited: rule('retry', 'success', 'rate_limit', 'status 429'),
  not_found: rule('next', 'success', 'not_found', 'status 404, or a stored response that this provider did not make'),
  client_error: rule(
    'stop',
    'success',
    'non_retryable',
    'any other status that is no success: the request is at fault',
  ),
  credential_error: rule('stop', 'success', 'non_retryable', 'status 401 or 403: the provider refuses its credential'),
  content_filter: rule('stop', 'success', 'non_retryable', 'the provider refused the content of the request'),
  context_length: rule('larger', 'success', 'non_retryable', "the request does not fit into the model's window"),
  timeout_connect: rule('next', 'failure', 'timeout', 'no connection within the connect limit'),
  timeout_headers: rule('next', 'failure', 'timeout', 'no status within the headers limit, or status 504 or 408'),
  timeout_first_token: rule('next', 'failure', 'timeout', 'no content within the first-token limit'),
  timeout_stall: rule(
    'next',
    'failure',
    'timeout',
    'silence within an answer for longer than the between-tokens limit',
  ),
  timeout_total: rule('next', 'failure', 'timeout', 'the attempt took longer than its total limit'),
  dns: rule('next', 'failure', 'network', "the provider's name could not be resolved"),
  connect: rule('next', 'failure', 'network', 'the connection was refused or unreachable'),
  tls: rule('next', 'failure', 'network', 'no TLS connection could be agreed on'),
  reset: rule('retry', 'failure', 'network', 'the connection broke before the status came'),
  unusable: rule(
    'next',
    'failure',
    'retryable_5xx',
    'a success status with an answer that is none: empty, cut, garbled',
  ),
  client_gone: rule('stop', 'none', 'context_done', 'the client left before its answer began'),
  deadline: rule('stop', 'none', 'context_done', 'the time of the whole request was used up before its answer began'),
  hedge_lost: rule('stop', 'none', 'context_done', 'another attempt of the same request began to answer first'),
  gateway_fault: rule(
    'stop',
    'none',
    'non_retryable',
    'the request cannot be sent to this provider, or our own side failed',
  ),
};

/** Outcomes that a policy may not change: nobody is left to answer, or there is nothing left to decide. */
export const FIXED_OUTCOMES: ReadonlySet<OutcomeKind> = new Set([
  'success',
  'interrupted',
  'client_gone',
  'deadline',
  'hedge_lost',
  'gateway_fault',
]);

const KIND_BY_STATUS: ReadonlyMap<number, FailureKind> = new Map([
  [401, 'credential_error'],
  [403, 'credential_error'],
  [404, 'not_found'],
  [408, 'timeout_headers'],
  [429, 'rate_limited'],
  [500, 'server_error'],
  [502, 'server_error'],
  [503, 'overloaded'],
  [504, 'timeout_headers'],
  [529, 'overloaded'],
]);

/**
 * Classifies the status that a provider answered with.
 *
 * @param status An HTTP status. One that is neither a success nor an error, such as a redirect, is a `client_error`.
 */
export function classifyStatus(status: number): 'success' | FailureKind {
  if (status >= 200 && status <= 299) return 'success';
  return KIND_BY_STATUS.get(status) ?? (status >= 500 ? 'server_fault' : 'client_error');
}

function rule(step: NextStep, breaker: OutcomeRule['breaker'], reason: WalkReason, when: string): OutcomeRule {
  return { step, breaker, reason, when };
}
