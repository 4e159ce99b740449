import { EgressRefusedError } from '#providers';
import { OUTCOME_TABLE } from '#retry';
import { describe, expect, it } from 'vitest';
import type { RelayResult } from './answer-receiver.js';
import type { TimeOutcome } from './attempt-timer.js';
import {
  connectionFailure,
  departedClient,
  egressRefusalOf,
  lostHedge,
  timeFailure,
  unusableAnswer,
} from './upstream-failures.js';

const SECRET = 'https://10.0.0.7/v1?key=sk-secret';

function withCode(code: string | number | undefined): Error {
  return Object.assign(new Error(SECRET), code === undefined ? {} : { code });
}

/** The public sentence of a failure. */
function messageOf(result: RelayResult): string {
  return 'failure' in result && result.failure.kind === 'silent' ? result.failure.message : SECRET;
}

describe('a connection that failed', () => {
  it.each([
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout_connect', true],
    ['ETIMEDOUT', 'timeout_connect', true],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout_headers', true],
    ['UND_ERR_BODY_TIMEOUT', 'timeout_stall', true],
    ['ENOTFOUND', 'dns', false],
    ['EAI_AGAIN', 'dns', false],
    ['EAI_FAIL', 'dns', false],
    ['ECONNREFUSED', 'connect', false],
    ['EHOSTUNREACH', 'connect', false],
    ['ENETUNREACH', 'connect', false],
    ['EADDRNOTAVAIL', 'connect', false],
    ['EPROTO', 'tls', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', false],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', false],
    ['CERT_HAS_EXPIRED', 'tls', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', false],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', false],
    ['ECONNRESET', 'reset', false],
    ['UND_ERR_SOCKET', 'reset', false],
    ['EPIPE', 'reset', false],
    ['HPE_INVALID_CONSTANT', 'reset', false],
    [undefined, 'reset', false],
    [7, 'reset', false],
  ] as const)('with %s is %s', (code, kind, timedOut) => {
    const cause = withCode(code);
    expect(connectionFailure(cause)).toMatchObject({ kind, failure: { kind: 'silent', timedOut, cause } });
  });

  it('tells the client nothing of host, path or credential', () => {
    for (const code of ['ENOTFOUND', 'ECONNRESET', 'EPROTO', 'ETIMEDOUT']) {
      const result = connectionFailure(withCode(code));
      expect(messageOf(result)).toMatch(/^[A-Z][^/?]*\.$/);
    }
  });

  it('says in different words what another reason is', () => {
    const codes = ['ENOTFOUND', 'ECONNREFUSED', 'EPROTO', 'ETIMEDOUT', 'ECONNRESET'];
    const messages = codes.map((code) => messageOf(connectionFailure(withCode(code))));
    expect(new Set(messages).size).toBe(messages.length);
  });
});

describe('a time limit that passed', () => {
  const outcomes = Object.keys(OUTCOME_TABLE).filter((kind) => kind.startsWith('timeout_') || kind === 'deadline');

  it.each(outcomes)('%s is told as a timeout, in its own words', (outcome) => {
    const result = timeFailure(outcome as TimeOutcome);
    expect(result).toMatchObject({ kind: outcome, failure: { kind: 'silent', timedOut: true } });
    expect(messageOf(result)).not.toBe(messageOf(connectionFailure(new Error('reset'))));
  });
});

describe('other ends', () => {
  it('are told apart', () => {
    expect([unusableAnswer('No answer.'), departedClient(), lostHedge()]).toMatchObject([
      { kind: 'unusable', failure: { message: 'No answer.', timedOut: false } },
      { kind: 'client_gone' },
      { kind: 'hedge_lost' },
    ]);
  });
});

describe('a refusal of the egress policy', () => {
  it('is found in a failed connection and nowhere else', () => {
    const refused = new EgressRefusedError('private address');
    expect(egressRefusalOf(connectionFailure(refused))).toBe(refused.reason);
    expect(egressRefusalOf(connectionFailure(withCode('ECONNREFUSED')))).toBeUndefined();
    expect(egressRefusalOf(departedClient())).toBeUndefined();
  });
});
