import { currentPeriod } from '../budgets/budget-period.js';
import type { Row } from '../database/schema.js';

/** The columns of a budget that decide its periods. */
export type BudgetCycleRow = Pick<Row<'budgets'>, 'window' | 'cycle_anchor_at' | 'last_reset_at' | 'created_at'>;

/** A budget's period in milliseconds since the epoch; `resetsAtMs` is null when it ends by hand only, or never. */
export interface PeriodOfBudget {
  readonly startedAtMs: number;
  readonly resetsAtMs: number | null;
}

/** The period that holds at `nowMs`. */
export function periodNow(budget: BudgetCycleRow, nowMs: number): PeriodOfBudget {
  return currentPeriod(cycleOf(budget, budget.last_reset_at), nowMs);
}

/**
 * The start of the period that a debit of `occurredAtMs` counts in.
 *
 * What happened before the last reset counts before it, also when it is reported after: a reset must not be charged
 * with what it was meant to leave behind.
 */
export function periodStartOfDebit(budget: BudgetCycleRow, occurredAtMs: number): number {
  const resetAt = budget.last_reset_at;
  const isBeforeReset = resetAt !== null && occurredAtMs < resetAt.getTime();
  return currentPeriod(cycleOf(budget, isBeforeReset ? null : resetAt), occurredAtMs).startedAtMs;
}

function cycleOf(budget: BudgetCycleRow, lastResetAt: Date | null): Parameters<typeof currentPeriod>[0] {
  return {
    window: budget.window,
    cycleAnchorAtMs: budget.cycle_anchor_at?.getTime() ?? null,
    lastResetAtMs: lastResetAt?.getTime() ?? null,
    createdAtMs: budget.created_at.getTime(),
  };
}
