import { describe, expect, it } from 'vitest';
import { OUTCOME_TABLE, classifyStatus } from './outcome-table.js';

describe('the outcome table', () => {
  it.each([
    [200, 'success', false, 'success'],
    [204, 'success', false, 'success'],
    [302, 'non_retryable', false, 'success'],
    [400, 'non_retryable', false, 'success'],
    [401, 'non_retryable', false, 'success'],
    [404, 'not_found', true, 'success'],
    [408, 'non_retryable', false, 'success'],
    [429, 'rate_limit', true, 'success'],
    [500, 'retryable_5xx', true, 'failure'],
    [503, 'retryable_5xx', true, 'failure'],
    [529, 'retryable_5xx', true, 'failure'],
  ])('reads a %i of the provider as %s', (status, reason, fallBack, breaker) => {
    expect(OUTCOME_TABLE[classifyStatus(status)]).toEqual({ reason, fallBack, breaker });
  });

  it('leaves the breaker alone when the provider had no part in the outcome', () => {
    for (const kind of ['client_gone', 'deadline', 'gateway_fault'] as const) {
      expect(OUTCOME_TABLE[kind]).toMatchObject({ fallBack: false, breaker: 'none' });
    }
  });
});
