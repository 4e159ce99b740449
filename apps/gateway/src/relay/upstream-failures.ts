import { EgressRefusedError } from '#providers';
import type { FailureKind } from '#retry';
import { GatewayError } from '../errors/gateway-error.js';
import type { Candidate } from '../routing/candidate.js';
import type { UpstreamSilence } from './attempt-outcome.js';
import type { RelayResult } from './answer-receiver.js';
import type { TimeOutcome } from './attempt-timer.js';

/** Which failure a connection's error code is; a code that is not here means that the connection broke. */
const KIND_BY_CODE: ReadonlyMap<unknown, FailureKind> = new Map<unknown, FailureKind>([
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout_connect'],
  ['ETIMEDOUT', 'timeout_connect'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout_headers'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout_stall'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['EAI_FAIL', 'dns'],
  ['ECONNREFUSED', 'connect'],
  ['EHOSTUNREACH', 'connect'],
  ['ENETUNREACH', 'connect'],
  ['EADDRNOTAVAIL', 'connect'],
  ['EPROTO', 'tls'],
]);

/** Codes by which Node names what is wrong with a TLS connection or a certificate. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/;

const MESSAGES: Partial<Record<FailureKind, string>> = {
  dns: "The provider's name could not be resolved.",
  connect: 'The provider could not be reached.',
  tls: 'No TLS connection to the provider could be made.',
  timeout_connect: 'The provider did not take the connection in time.',
  timeout_headers: 'The provider did not answer in time.',
  timeout_first_token: 'The provider did not begin its answer in time.',
  timeout_stall: 'The provider fell silent in the middle of its answer.',
  timeout_total: 'The provider did not complete its answer in time.',
  deadline: 'The time limit of the request was used up.',
};

const BROKEN = 'The provider closed the connection without a complete answer.';

/** The result of an attempt whose connection failed before anything went to the client. */
export function connectionFailure(error: Error): RelayResult {
  return silence(kindOfError(error), error);
}

/**
 * The result of an attempt whose connection broke after the provider's status came and before anything went to the
 * client: an answer that is none. The provider has begun to work on it, so it is not asked for the same again.
 */
export function brokenAnswer(cause: Error): RelayResult {
  return { kind: 'unusable', failure: { kind: 'silent', timedOut: false, message: BROKEN, cause } };
}

/** The result of an attempt one of whose time limits passed before anything went to the client. */
export function timeFailure(outcome: TimeOutcome): RelayResult {
  return silence(outcome, undefined);
}

/** The result of an attempt whose provider answered with something that is no answer. */
export function unusableAnswer(message: string): RelayResult {
  return { kind: 'unusable', failure: { kind: 'silent', timedOut: false, message, cause: undefined } };
}

/** The result of an attempt whose client left before anything was sent to it. */
export function departedClient(): RelayResult {
  const message = 'The client left before the answer.';
  return { kind: 'client_gone', failure: { kind: 'silent', timedOut: false, message, cause: undefined } };
}

/** The result of an attempt that was cancelled because another one of the same request was quicker. */
export function lostHedge(): RelayResult {
  const message = 'Another attempt answered first.';
  return { kind: 'hedge_lost', failure: { kind: 'silent', timedOut: false, message, cause: undefined } };
}

/** Why the egress policy refused the connection of an attempt; undefined when the attempt ended in any other way. */
export function egressRefusalOf(result: RelayResult): string | undefined {
  const cause = 'failure' in result && result.failure.kind === 'silent' ? result.failure.cause : undefined;
  return cause instanceof EgressRefusedError ? cause.reason : undefined;
}

/** The reason of an egress refusal as clients and the owners of model providers read it (contract 8.3). */
export function rejectedUrl(refusal: string): string {
  return `base_url rejected: ${refusal}`;
}

/** The error for a model provider whose own configuration makes a call impossible. No other candidate is tried. */
export function unsendable({ modelProvider }: Candidate, reason: string): GatewayError {
  return new GatewayError('bad_request', {
    message: `The request cannot be sent: ${reason}.`,
    meta: { model_provider_id: modelProvider.id, reason },
  });
}

function kindOfError(error: Error): FailureKind {
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && TLS_CODE.test(code)) return 'tls';
  return KIND_BY_CODE.get(code) ?? 'reset';
}

function silence(kind: FailureKind, cause: unknown): RelayResult {
  const timedOut = kind.startsWith('timeout_') || kind === 'deadline';
  const failure: UpstreamSilence = { kind: 'silent', timedOut, message: MESSAGES[kind] ?? BROKEN, cause };
  return { kind, failure } as RelayResult;
}
