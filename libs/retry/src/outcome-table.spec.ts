import { describe, expect, it } from 'vitest';
import { FAILURE_KINDS, FIXED_OUTCOMES, OUTCOME_TABLE, classifyStatus, type OutcomeKind } from './outcome-table.js';

const KINDS = Object.keys(OUTCOME_TABLE) as readonly OutcomeKind[];

describe('the status of a provider', () => {
  it.each([
    [200, 'success'],
    [204, 'success'],
    [302, 'client_error'],
    [400, 'client_error'],
    [401, 'credential_error'],
    [402, 'client_error'],
    [403, 'credential_error'],
    [404, 'not_found'],
    [408, 'timeout_headers'],
    [413, 'client_error'],
    [422, 'client_error'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [501, 'server_fault'],
    [502, 'server_error'],
    [503, 'overloaded'],
    [504, 'timeout_headers'],
    [520, 'server_fault'],
    [529, 'overloaded'],
  ] as const)('%i is %s', (status, kind) => {
    expect(classifyStatus(status)).toBe(kind);
  });
});

describe('the outcome table', () => {
  it('has a line for every failure, and for the two ways to be answered', () => {
    expect([...KINDS].sort()).toEqual(['success', 'interrupted', ...FAILURE_KINDS].sort());
  });

  it('leaves the breaker alone exactly when the provider had no part in the outcome', () => {
    const untouched = KINDS.filter((kind) => OUTCOME_TABLE[kind].breaker === 'none');
    expect(untouched).toEqual(['client_gone', 'deadline', 'hedge_lost', 'gateway_fault']);
  });

  it('takes every answer of a provider for a sign of life, also one that is an error of the request', () => {
    const alive = KINDS.filter((kind) => OUTCOME_TABLE[kind].breaker === 'success');
    expect(alive).toEqual([
      'success',
      'rate_limited',
      'not_found',
      'client_error',
      'credential_error',
      'content_filter',
      'context_length',
    ]);
  });

  it('asks the same candidate again only after what passes by itself', () => {
    const repeated = KINDS.filter((kind) => OUTCOME_TABLE[kind].step === 'retry');
    expect(repeated).toEqual(['server_error', 'overloaded', 'rate_limited', 'reset']);
  });

  it("ends the walk at what is the request's own fault, and goes on after what is the provider's", () => {
    const ends = KINDS.filter((kind) => OUTCOME_TABLE[kind].step === 'stop' && !FIXED_OUTCOMES.has(kind));
    expect(ends).toEqual(['client_error', 'credential_error', 'content_filter']);
    for (const kind of KINDS) {
      const { breaker, step } = OUTCOME_TABLE[kind];
      if (breaker === 'failure' && kind !== 'interrupted') expect(step, kind).not.toBe('stop');
    }
  });

  it('has every fixed outcome end the walk', () => {
    for (const kind of FIXED_OUTCOMES) expect(OUTCOME_TABLE[kind].step).toBe('stop');
  });
});
