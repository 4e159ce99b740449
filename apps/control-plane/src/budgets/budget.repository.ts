import { sql } from 'kysely';

import type { BudgetScope } from '#gateway-protocol';

import type { DatabaseHandle } from '../database/database.js';
import type { NewRow, Row, RowChange } from '../database/schema.js';
import { cutPage, type Page } from '../management/page.js';
import { currentPeriod, type BudgetPeriod } from './budget-period.js';

/** A budget, its current period, and what was spent in it. */
export interface BudgetRecord {
  readonly row: Row<'budgets'>;
  readonly period: BudgetPeriod;
  readonly spentNanoUsd: bigint;
}

/** Which budgets a list shows; archived ones never. */
export interface BudgetFilter {
  readonly limit: number;
  readonly afterId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly scopeTypes?: readonly BudgetScope[] | undefined;
}

/** Reads one living budget of an organization at the moment `nowMs`. */
export async function findBudget(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
  nowMs: number,
): Promise<BudgetRecord | undefined> {
  const rows = await livingBudgets(database, organizationId).where('id', '=', id).execute();
  return (await withSpend(database, rows, nowMs))[0];
}

/** Like {@link findBudget}, and holds the row until the transaction ends. */
export async function lockBudget(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
  nowMs: number,
): Promise<BudgetRecord | undefined> {
  const rows = await livingBudgets(database, organizationId).where('id', '=', id).forUpdate().execute();
  return (await withSpend(database, rows, nowMs))[0];
}

/** Holds the living budgets of one virtual key, the oldest first. */
export async function lockBudgetsOfKey(
  database: DatabaseHandle,
  organizationId: string,
  virtualKeyId: string,
  nowMs: number,
): Promise<readonly BudgetRecord[]> {
  const rows = await livingBudgets(database, organizationId)
    .where('scope_type', '=', 'virtual_key')
    .where('scope_id', '=', virtualKeyId)
    .orderBy('created_at')
    .orderBy('id')
    .forUpdate()
    .execute();
  return withSpend(database, rows, nowMs);
}

/** Reads a page of an organization's living budgets, the newest first. */
export async function listBudgets(
  database: DatabaseHandle,
  organizationId: string,
  filter: BudgetFilter,
  nowMs: number,
): Promise<Page<{ readonly id: string; readonly record: BudgetRecord }>> {
  let query = livingBudgets(database, organizationId);
  if (filter.externalId !== undefined) query = query.where('external_id', '=', filter.externalId);
  if (filter.scopeTypes !== undefined) query = query.where('scope_type', 'in', filter.scopeTypes);
  if (filter.afterId !== undefined) {
    query = query.where(
      sql<boolean>`(created_at, id) < (SELECT created_at, id FROM budgets
        WHERE organization_id = ${organizationId} AND id = ${filter.afterId})`,
    );
  }
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
  const records = await withSpend(database, rows, nowMs);
  return cutPage(
    records.map((record) => ({ id: record.row.id, record })),
    filter.limit,
  );
}

/** Inserts a budget. */
export async function insertBudget(database: DatabaseHandle, row: NewRow<'budgets'>): Promise<void> {
  await database.insertInto('budgets').values(row).execute();
}

/** Changes a budget's row. */
export async function changeBudget(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
  change: RowChange<'budgets'>,
): Promise<void> {
  await database
    .updateTable('budgets')
    .set(change)
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

function livingBudgets(database: DatabaseHandle, organizationId: string) {
  return database
    .selectFrom('budgets')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('archived_at', 'is', null);
}

/** The period of a budget's row at `nowMs`. */
export function periodOf(row: Row<'budgets'>, nowMs: number): BudgetPeriod {
  return currentPeriod(
    {
      window: row.window,
      cycleAnchorAtMs: row.cycle_anchor_at?.getTime() ?? null,
      lastResetAtMs: row.last_reset_at?.getTime() ?? null,
      createdAtMs: row.created_at.getTime(),
    },
    nowMs,
  );
}

async function withSpend(
  database: DatabaseHandle,
  rows: readonly Row<'budgets'>[],
  nowMs: number,
): Promise<BudgetRecord[]> {
  if (rows.length === 0) return [];
  const periods = new Map(rows.map((row) => [row.id, periodOf(row, nowMs)]));
  const spent = await database
    .selectFrom('budget_periods')
    .select(['budget_id', 'period_started_at', 'spent_nano_usd'])
    .where('bucket', '=', '')
    .where((where) =>
      where.or(
        [...periods].map(([id, period]) =>
          where.and([where('budget_id', '=', id), where('period_started_at', '=', new Date(period.startedAtMs))]),
        ),
      ),
    )
    .execute();
  const spentById = new Map(spent.map((row) => [row.budget_id, row.spent_nano_usd]));
  return rows.map((row) => ({
    row,
    period: periods.get(row.id) ?? periodOf(row, nowMs),
    spentNanoUsd: spentById.get(row.id) ?? 0n,
  }));
}
