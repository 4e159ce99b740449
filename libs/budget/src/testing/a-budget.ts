import type { BudgetSnapshot } from '#gateway-protocol';

/** A budget for tests: a daily virtual-key budget of one US dollar with nothing spent, unless said otherwise. */
export function aBudget(different: Partial<BudgetSnapshot> = {}): BudgetSnapshot {
  return {
    id: 'b1',
    scope: 'virtual_key',
    scopeId: 'vk_1',
    perUser: false,
    modelProviderId: null,
    window: 'day',
    limitMicroUsd: 1_000_000,
    spentMicroUsd: 0,
    resetsAtMs: null,
    onBreach: 'block',
    ...different,
  };
}
