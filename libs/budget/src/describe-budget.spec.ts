import { describe, expect, it } from 'vitest';
import { BUDGET_SCOPES, BUDGET_WINDOWS } from '#gateway-protocol';
import { describeBudget } from './describe-budget.js';
import { aBudget } from './testing/a-budget.js';

describe('the words for a spent budget', () => {
  it('name its scope, its window, its model provider and who can raise the limit', () => {
    const description = describeBudget(aBudget({ scope: 'principal', window: 'month', modelProviderId: 'mp_1' }));
    expect(description).toMatchObject({ scopeName: 'personal', windowName: 'per month' });
    expect(description.message).toContain('personal budget (per month) for model provider mp_1');
    expect(description.message).toContain('raised by an administrator of your organization');
  });

  it('say when it starts anew, if it does', () => {
    const [, tip] = describeBudget(aBudget({ resetsAtMs: Date.UTC(2026, 0, 2) })).tips;
    expect(tip).toContain('2026-01-02T00:00:00.000Z');
    expect(describeBudget(aBudget({ resetsAtMs: 9e15 })).tips[1]).not.toContain('again after');
  });

  it('carry the metadata of the contract and no empty keys', () => {
    expect(describeBudget(aBudget({ modelProviderId: 'mp_1' })).meta).toEqual({
      budget_id: 'b1',
      budget_scope: 'virtual_key',
      budget_window: 'day',
      budget_provider: 'mp_1',
    });
    expect(Object.keys(describeBudget(aBudget({ id: '', modelProviderId: '' })).meta)).toEqual([
      'budget_scope',
      'budget_window',
    ]);
  });

  it('exist for every kind of budget, show no amounts and never speak of credit or billing', () => {
    for (const scope of BUDGET_SCOPES) {
      for (const window of BUDGET_WINDOWS) {
        const budget = aBudget({ scope, window, limitMicroUsd: 424_242, spentMicroUsd: 434_343 });
        const text = JSON.stringify(describeBudget(budget));
        expect(text).not.toMatch(/credit|billing|424242|434343|undefined/i);
      }
    }
  });
});
