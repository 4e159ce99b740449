import type { DatabaseHandle } from '../database/database.js';
import type { Row } from '../database/schema.js';
import { type PeriodOfBudget, periodNow } from './period-of.js';

/** A budget with its current period and what was spent in it. */
export interface BudgetState {
  readonly budget: Row<'budgets'>;
  readonly period: PeriodOfBudget;
  readonly spentNanoUsd: bigint;
}

/** Adds to each budget what was spent of it in the period that holds at `nowMs`. */
export async function readCurrentSpend(
  database: DatabaseHandle,
  budgets: readonly Row<'budgets'>[],
  nowMs: number,
): Promise<readonly BudgetState[]> {
  if (budgets.length === 0) return [];
  const periods = budgets.map((budget) => periodNow(budget, nowMs));
  const earliestMs = Math.min(...periods.map(({ startedAtMs }) => startedAtMs));
  const rows = await database
    .selectFrom('budget_periods')
    .select(['budget_id', 'period_started_at', 'spent_nano_usd'])
    .where('bucket', '=', '')
    .where('period_started_at', '>=', new Date(earliestMs))
    .where(
      'budget_id',
      'in',
      budgets.map(({ id }) => id),
    )
    .execute();
  const spent = new Map(rows.map((row) => [periodKey(row.budget_id, row.period_started_at.getTime()), row]));
  return budgets.flatMap((budget, index) => {
    const period = periods[index];
    if (period === undefined) return [];
    const spentNanoUsd = spent.get(periodKey(budget.id, period.startedAtMs))?.spent_nano_usd ?? 0n;
    return [{ budget, period, spentNanoUsd }];
  });
}

function periodKey(budgetId: string, startedAtMs: number): string {
  return `${budgetId} ${startedAtMs}`;
}
