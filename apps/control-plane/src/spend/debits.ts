import type { DatabaseHandle } from '../database/database.js';
import type { Row } from '../database/schema.js';
import { appliesTo, readBudgetsOf, type BudgetSubject } from './applicable-budgets.js';
import type { LedgerLine } from './ledger-line.js';
import { periodStartOfDebit } from './period-of.js';

/** An amount to add to one period of one budget. */
export interface Debit {
  readonly budgetId: string;
  readonly bucket: string;
  readonly periodStartedAtMs: number;
  readonly nanoUsd: bigint;
}

/** A project whose gateways must hear that a budget moved. */
export interface Notice {
  readonly projectId: string;
  readonly organizationId: string;
  /** The widest budget that moved. */
  readonly budgetId: string;
}

/**
 * Adds what the lines cost to every budget that applies to them, in the transaction that writes the lines.
 *
 * Rows are taken in one fixed order, so that two batches over the same budgets wait for each other and never for ever.
 */
export async function applyDebits(database: DatabaseHandle, lines: readonly LedgerLine[]): Promise<void> {
  const charged = lines.filter((line) => line.cost_nano_usd !== null && line.cost_nano_usd > 0n);
  const budgets = await readBudgetsOf(database, charged.flatMap(subjectsOf));
  const { debits, notices } = planDebits(charged, budgets);
  if (debits.length === 0) return;
  await database
    .insertInto('budget_periods')
    .values(
      debits.map((debit) => ({
        budget_id: debit.budgetId,
        bucket: debit.bucket,
        period_started_at: new Date(debit.periodStartedAtMs),
        spent_nano_usd: debit.nanoUsd,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['budget_id', 'bucket', 'period_started_at']).doUpdateSet((build) => ({
        spent_nano_usd: build('budget_periods.spent_nano_usd', '+', build.ref('excluded.spent_nano_usd')),
        updated_at: build.fn<Date>('now'),
      })),
    )
    .execute();
  await noteNotices(database, notices);
}

/** Works out, in the order in which rows are to be locked, what is added where and who must hear of it. */
export function planDebits(
  lines: readonly LedgerLine[],
  budgets: readonly Row<'budgets'>[],
): { readonly debits: readonly Debit[]; readonly notices: readonly Notice[] } {
  const debits = new Map<string, Debit>();
  const notices = new Map<string, Notice>();
  for (const line of lines) {
    for (const budget of budgets.filter((candidate) => isDebited(candidate, line))) {
      const debit = debitOf(budget, line);
      const key = JSON.stringify([debit.budgetId, debit.bucket, debit.periodStartedAtMs]);
      const nanoUsd = (debits.get(key)?.nanoUsd ?? 0n) + debit.nanoUsd;
      debits.set(key, { ...debit, nanoUsd });
      // Budgets come widest first, so the first one stays.
      if (!notices.has(line.project_id)) {
        const { project_id: projectId, organization_id: organizationId } = line;
        notices.set(projectId, { projectId, organizationId, budgetId: budget.id });
      }
    }
  }
  return { debits: inOrder(debits), notices: inOrder(notices) };
}

function isDebited(budget: Row<'budgets'>, line: LedgerLine): boolean {
  if (budget.provider_key !== null && budget.provider_key !== line.model_provider_id) return false;
  if (budget.scope_type === 'attributed_user' && line.end_user_id === null) return false;
  return subjectsOf(line).some((subject) => appliesTo(budget, subject));
}

function debitOf(budget: Row<'budgets'>, line: LedgerLine): Debit {
  return {
    budgetId: budget.id,
    bucket: budget.scope_type === 'attributed_user' ? (line.end_user_id ?? '') : '',
    periodStartedAtMs: periodStartOfDebit(budget, line.occurred_at.getTime()),
    nanoUsd: line.cost_nano_usd ?? 0n,
  };
}

/** One subject, or none while the line does not say which key it belongs to. */
function subjectsOf(line: LedgerLine): BudgetSubject[] {
  if (line.virtual_key_id === null) return [];
  return [
    {
      organizationId: line.organization_id,
      teamId: line.team_id,
      projectId: line.project_id,
      virtualKeyId: line.virtual_key_id,
      principalId: line.principal_id,
    },
  ];
}

async function noteNotices(database: DatabaseHandle, notices: readonly Notice[]): Promise<void> {
  await database
    .insertInto('budget_notices')
    .values(
      notices.map(({ projectId, organizationId, budgetId }) => ({
        project_id: projectId,
        organization_id: organizationId,
        budget_id: budgetId,
        pending: true,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column('project_id')
        .doUpdateSet((build) => ({ budget_id: build.ref('excluded.budget_id'), pending: true })),
    )
    .execute();
}

function inOrder<Value>(entries: ReadonlyMap<string, Value>): Value[] {
  return [...entries].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
}
