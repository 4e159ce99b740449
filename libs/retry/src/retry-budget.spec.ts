import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetryBudget } from './retry-budget.js';

function withdrawals(budget: RetryBudget): number {
  let count = 0;
  while (budget.withdraw()) count += 1;
  return count;
}

describe('a retry budget', () => {
  it('lets a quiet process retry at all', () => {
    expect(withdrawals(new RetryBudget())).toBe(10);
  });

  it('allows one retry for ten requests', () => {
    const budget = new RetryBudget({ reserve: 0 });
    for (let request = 0; request < 1_000; request += 1) budget.deposit();
    expect(withdrawals(budget)).toBe(100);
    for (let request = 0; request < 9; request += 1) budget.deposit();
    expect(budget.withdraw()).toBe(false);
    budget.deposit();
    expect(budget.withdraw()).toBe(true);
  });

  it('saves up no more than its limit, so that quiet hours do not pay for a storm', () => {
    const budget = new RetryBudget();
    for (let request = 0; request < 100_000; request += 1) budget.deposit();
    expect(withdrawals(budget)).toBe(100);
  });

  it('keeps its whole reserve when that is larger than the limit', () => {
    expect(withdrawals(new RetryBudget({ reserve: 200, max: 100 }))).toBe(200);
  });

  it('never allows more than its reserve and its share of the requests so far', () => {
    const options = fc.record({
      ratio: fc.constantFrom(0, 0.1, 0.25, 0.3, 1),
      reserve: fc.nat({ max: 20 }),
      max: fc.nat({ max: 50 }),
    });
    fc.assert(
      fc.property(
        options,
        fc.array(fc.boolean(), { maxLength: 300, size: 'max' }),
        ({ ratio, reserve, max }, retries) => {
          const budget = new RetryBudget({ ratio, reserve, max });
          let allowed = 0;
          for (const [requests, retry] of retries.entries()) {
            if (retry && budget.withdraw()) allowed += 1;
            expect(allowed).toBeLessThanOrEqual(reserve + ratio * requests + 1e-9);
            budget.deposit();
          }
        },
      ),
    );
  });
});
