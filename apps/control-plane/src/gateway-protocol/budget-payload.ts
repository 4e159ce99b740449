import type { BudgetPayload } from '#gateway-protocol';
import type { BudgetState } from '../spend/current-spend.js';

const NANO_PER_MICRO = 1_000n;

/**
 * Writes a budget as gateways read it: in micro-USD, rounded so that the limit holds (spend up, limit down).
 *
 * On the wire a limit of 0 means "no limit", so a budget of nothing is written as one micro-dollar that is spent.
 */
export function budgetPayload({ budget, period, spentNanoUsd }: BudgetState): BudgetPayload {
  const limit = budget.limit_nano_usd / NANO_PER_MICRO;
  const spent = (spentNanoUsd + NANO_PER_MICRO - 1n) / NANO_PER_MICRO;
  const isNothing = limit === 0n;
  const perUser = budget.scope_type === 'attributed_user';
  return {
    id: budget.id,
    scope: budget.scope_type,
    scope_id: budget.provider_key === null ? budget.scope_id : `${budget.scope_id}|provider:${budget.provider_key}`,
    ...(budget.scope_type === 'principal' ? { principal_id: budget.scope_id } : {}),
    ...(perUser ? { per_user: true } : {}),
    provider_key: budget.provider_key,
    window: budget.window,
    limit_micro_usd: isNothing ? 1 : safeInteger(limit),
    spent_micro_usd: safeInteger(isNothing && !perUser && spent === 0n ? 1n : spent),
    // Rounded up: a gateway that starts the next period early would lend what is not there yet.
    resets_at: period.resetsAtMs === null ? null : Math.ceil(period.resetsAtMs / 1000),
    on_breach: budget.on_breach,
  };
}

/** Nine billion dollars in micro-dollars are the largest figure that JSON readers keep exact; more reads as that. */
function safeInteger(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
