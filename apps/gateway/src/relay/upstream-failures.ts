import { EgressRefusedError } from '#providers';
import type { FailureKind } from '#retry';
import { GatewayError } from '../errors/gateway-error.js';
import type { Candidate } from '../routing/candidate.js';
import type { UpstreamSilence } from './attempt-outcome.js';
import type { RelayResult } from './answer-receiver.js';

/** undici's codes for a time limit that passed. */
const TIMEOUT_CODES: ReadonlySet<unknown> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

const UNREACHABLE = 'The provider could not be reached, or closed the connection without an answer.';
const TIMED_OUT = 'The provider did not answer in time.';

/** The result of an attempt whose connection failed before anything went to the client. */
export function connectionFailure(error: Error): RelayResult {
  const timedOut = 'code' in error && TIMEOUT_CODES.has(error.code);
  return silence(timedOut ? 'timeout' : 'network', timedOut ? TIMED_OUT : UNREACHABLE, error);
}

/** The result of an attempt whose provider answered with something that is no answer. */
export function unusableAnswer(message: string): RelayResult {
  return silence('server_error', message, undefined);
}

/** The result of an attempt whose client left before anything was sent to it. */
export function departedClient(): RelayResult {
  return silence('client_gone', 'The client left before the answer.', undefined);
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

function silence(kind: FailureKind, message: string, cause: unknown): RelayResult {
  const failure: UpstreamSilence = { kind: 'silent', timedOut: kind === 'timeout', message, cause };
  return { kind, failure };
}
