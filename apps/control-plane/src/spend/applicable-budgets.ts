import { sql } from 'kysely';
import type { DatabaseHandle } from '../database/database.js';
import type { Row } from '../database/schema.js';

/** What a budget is compared with: a request's attribution, or a key's. */
export interface BudgetSubject {
  readonly organizationId: string;
  readonly teamId: string | null;
  readonly projectId: string | null;
  readonly virtualKeyId: string;
  readonly principalId: string | null;
}

/** Reads the living budgets that may apply to any of `subjects`, the widest scopes first, then the oldest. */
export async function readBudgetsOf(
  database: DatabaseHandle,
  subjects: readonly BudgetSubject[],
): Promise<readonly Row<'budgets'>[]> {
  if (subjects.length === 0) return [];
  const scopeIds = new Set(subjects.flatMap(scopeIdsOf));
  const organizationIds = new Set(subjects.map(({ organizationId }) => organizationId));
  const rows = await database
    .selectFrom('budgets')
    .selectAll()
    .where('archived_at', 'is', null)
    .where('organization_id', '=', sql<string>`any(${[...organizationIds]}::text[])`)
    // One parameter, however many keys are asked for at once.
    .where('scope_id', '=', sql<string>`any(${[...scopeIds]}::text[])`)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.toSorted((left, right) => width(left) - width(right));
}

/**
 * Whether a budget applies to a subject, leaving its model provider filter aside.
 *
 * Group budgets apply to nobody: the control plane knows no members of groups.
 */
export function appliesTo(budget: Row<'budgets'>, subject: BudgetSubject): boolean {
  if (budget.organization_id !== subject.organizationId) return false;
  switch (budget.scope_type) {
    case 'organization':
      return budget.scope_id === subject.organizationId;
    case 'team':
      return budget.scope_id === subject.teamId;
    case 'project':
      return budget.scope_id === subject.projectId;
    case 'virtual_key':
      return budget.scope_id === subject.virtualKeyId;
    case 'principal':
      return budget.scope_id === subject.principalId;
    case 'attributed_user':
      return budget.scope_id === subject.virtualKeyId || budget.scope_id === subject.projectId;
    case 'group':
      return false;
  }
}

function scopeIdsOf(subject: BudgetSubject): string[] {
  const { organizationId, teamId, projectId, virtualKeyId, principalId } = subject;
  return [organizationId, teamId, projectId, virtualKeyId, principalId].filter((id) => id !== null);
}

const WIDTHS = ['organization', 'team', 'principal', 'project', 'virtual_key', 'group', 'attributed_user'] as const;

function width(budget: Row<'budgets'>): number {
  return WIDTHS.indexOf(budget.scope_type);
}
