import { Injectable } from '@nestjs/common';

import { Clock, invariant } from '#kernel';

import type { Actor } from '../audit/actor.js';
import { recordAudit } from '../audit/record-audit.js';
import { recordChange } from '../change-events/record-change.js';
import type { DatabaseHandle } from '../database/database.js';
import type { NewRow, RowChange } from '../database/schema.js';
import { apiError } from '../errors/api-error.js';
import { RowIds } from '../ids/row-ids.js';
import { refuseOnConflict } from '../management/on-conflict.js';
import { changeBudget, findBudget, insertBudget, type BudgetRecord } from './budget.repository.js';
import { viewBudget } from './budget.view.js';

/** What a new budget is made of; id, owner and dates are the writer's. */
export type NewBudget = Omit<
  NewRow<'budgets'>,
  'id' | 'organization_id' | 'created_at' | 'updated_at' | 'archived_at' | 'last_reset_at'
>;

const CONFLICTS = { budgets_external_id: () => apiError('external_id_conflict') };

/**
 * Writes budgets: the row, its audit entry and its change event, always the three together.
 *
 * Every method takes the transaction of its caller, so a budget can be created with its key or not at all.
 */
@Injectable()
export class BudgetWriter {
  constructor(
    private readonly ids: RowIds,
    private readonly clock: Clock,
  ) {}

  /** Creates a budget. Throws 409 `external_id_conflict`. */
  async create(transaction: DatabaseHandle, actor: Actor, budget: NewBudget): Promise<BudgetRecord> {
    const now = new Date(this.clock.now());
    const id = this.ids.create('bud');
    await refuseOnConflict(CONFLICTS, () =>
      insertBudget(transaction, {
        ...budget,
        id,
        organization_id: actor.organizationId,
        created_at: now,
        updated_at: now,
        archived_at: null,
        last_reset_at: null,
      }),
    );
    const created = await this.reread(transaction, actor, id);
    await this.record(transaction, actor, 'create', 'BUDGET_CREATED', undefined, created);
    return created;
  }

  /** Changes a budget that the transaction holds. Throws 409 `external_id_conflict`. */
  async update(
    transaction: DatabaseHandle,
    actor: Actor,
    held: BudgetRecord,
    change: RowChange<'budgets'>,
  ): Promise<BudgetRecord> {
    await refuseOnConflict(CONFLICTS, () => this.change(transaction, actor, held, change));
    const updated = await this.reread(transaction, actor, held.row.id);
    await this.record(transaction, actor, 'update', 'BUDGET_UPDATED', held, updated);
    return updated;
  }

  /** Starts a new period now. What was spent stays recorded under the period before. */
  async reset(
    transaction: DatabaseHandle,
    actor: Actor,
    held: BudgetRecord,
    reason: string | null,
  ): Promise<BudgetRecord> {
    await this.change(transaction, actor, held, { last_reset_at: new Date(this.clock.now()) });
    const reset = await this.reread(transaction, actor, held.row.id);
    await this.record(transaction, actor, 'reset', 'BUDGET_UPDATED', held, reset, reason);
    return reset;
  }

  /** Takes a budget out of service for good; its history stays. */
  async archive(transaction: DatabaseHandle, actor: Actor, held: BudgetRecord): Promise<BudgetRecord> {
    const now = new Date(this.clock.now());
    await this.change(transaction, actor, held, { archived_at: now });
    const archived = { ...held, row: { ...held.row, archived_at: now, updated_at: now } };
    await this.record(transaction, actor, 'archive', 'BUDGET_DELETED', held, archived);
    return archived;
  }

  private async change(
    transaction: DatabaseHandle,
    actor: Actor,
    held: BudgetRecord,
    change: RowChange<'budgets'>,
  ): Promise<void> {
    const updated_at = new Date(this.clock.now());
    await changeBudget(transaction, actor.organizationId, held.row.id, { ...change, updated_at });
  }

  private async reread(transaction: DatabaseHandle, actor: Actor, id: string): Promise<BudgetRecord> {
    const record = await findBudget(transaction, actor.organizationId, id, this.clock.now());
    invariant(record !== undefined, 'a budget that was just written can be read');
    return record;
  }

  private async record(
    transaction: DatabaseHandle,
    actor: Actor,
    verb: 'create' | 'update' | 'reset' | 'archive',
    kind: 'BUDGET_CREATED' | 'BUDGET_UPDATED' | 'BUDGET_DELETED',
    before: BudgetRecord | undefined,
    after: BudgetRecord,
    reason: string | null = null,
  ): Promise<void> {
    await recordAudit(transaction, {
      actor,
      action: `budget.${verb}`,
      targetType: 'budget',
      targetId: after.row.id,
      occurredAtMs: this.clock.now(),
      reason,
      before: before && viewBudget(before),
      after: viewBudget(after),
    });
    // Gateways drop every key of the organization that a budget without a project may concern.
    const { scope_type, scope_id } = after.row;
    await recordChange(transaction, {
      organizationId: actor.organizationId,
      kind,
      budgetId: after.row.id,
      ...(scope_type === 'project' ? { projectId: scope_id } : {}),
      ...(scope_type === 'virtual_key' ? { virtualKeyId: scope_id } : {}),
    });
  }
}
