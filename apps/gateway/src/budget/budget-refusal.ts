import { describeBudget } from '#budget';
import type { BudgetSnapshot } from '#gateway-protocol';
import { GatewayError } from '../errors/gateway-error.js';

/** The 402 for a budget that is used up: which one, and what can be done about it. */
export function budgetRefusal(budget: BudgetSnapshot): GatewayError {
  const { message, tips, meta } = describeBudget(budget);
  return new GatewayError('budget_exceeded', { message, tips, meta: { ...meta } });
}
