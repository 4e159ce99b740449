import { Injectable } from '@nestjs/common';

import { Clock } from '#kernel';

import type { Actor } from '../audit/actor.js';
import { changedFields } from '../audit/changed-fields.js';
import type { DatabaseHandle } from '../database/database.js';
import { apiError } from '../errors/api-error.js';
import { unsupportedFields } from '../management/invalid-fields.js';
import { requireProvider, requireReachable, resolveBudgetTarget } from './budget-references.js';
import { BudgetWriter } from './budget-writer.js';
import { lockBudget, type BudgetRecord } from './budget.repository.js';
import type { BudgetView, CreateBudget, UpdateBudget } from './budget.schema.js';
import { viewBudget } from './budget.view.js';

/** Spending limits as the management API writes them; each method works in the caller's transaction. */
@Injectable()
export class Budgets {
  constructor(
    private readonly writer: BudgetWriter,
    private readonly clock: Clock,
  ) {}

  /** Creates a budget. */
  async create(transaction: DatabaseHandle, actor: Actor, request: CreateBudget): Promise<BudgetView> {
    refuseOtherTimezone(request.timezone);
    if (request.cycle_anchor_at && (request.window === 'total' || request.window === 'manual')) {
      throw apiError('gateway_budget_cycle_anchor_invalid');
    }
    const target = await resolveBudgetTarget(transaction, actor.organizationId, request.scope);
    await requireProvider(transaction, actor.organizationId, request.provider_key);
    if (!request.allow_unreachable) await requireReachable(transaction, actor.organizationId, target);
    const created = await this.writer.create(transaction, actor, {
      ...target,
      name: request.name,
      description: request.description ?? null,
      window: request.window,
      on_breach: request.on_breach,
      limit_nano_usd: request.limit_usd,
      provider_key: request.provider_key ?? null,
      timezone: request.timezone,
      external_id: request.external_id ?? null,
      metadata: JSON.stringify(request.metadata),
      cycle_anchor_at: request.cycle_anchor_at ? new Date(request.cycle_anchor_at) : null,
    });
    return viewBudget(created);
  }

  /** Changes a budget. A request that changes nothing leaves no trace. */
  async update(transaction: DatabaseHandle, actor: Actor, id: string, request: UpdateBudget): Promise<BudgetView> {
    if (request.timezone !== undefined) refuseOtherTimezone(request.timezone);
    const held = await this.hold(transaction, actor, id);
    const { row } = held;
    const next = {
      name: request.name ?? row.name,
      description: request.description === undefined ? row.description : request.description,
      limit_nano_usd: request.limit_usd ?? row.limit_nano_usd,
      on_breach: request.on_breach ?? row.on_breach,
      external_id: request.external_id === undefined ? row.external_id : request.external_id,
      metadata: request.metadata ?? row.metadata,
    };
    const shown = viewBudget(held);
    const shownNext = viewBudget({ ...held, row: { ...row, ...next } });
    if (Object.keys(changedFields(shown, shownNext)).length === 0) return shown;
    const change = { ...next, metadata: JSON.stringify(next.metadata) };
    return viewBudget(await this.writer.update(transaction, actor, held, change));
  }

  /** Archives a budget for good. */
  async archive(transaction: DatabaseHandle, actor: Actor, id: string): Promise<BudgetView> {
    return viewBudget(await this.writer.archive(transaction, actor, await this.hold(transaction, actor, id)));
  }

  /** Starts a new period now. */
  async reset(transaction: DatabaseHandle, actor: Actor, id: string, reason: string | null): Promise<BudgetView> {
    return viewBudget(await this.writer.reset(transaction, actor, await this.hold(transaction, actor, id), reason));
  }

  private async hold(transaction: DatabaseHandle, actor: Actor, id: string): Promise<BudgetRecord> {
    const held = await lockBudget(transaction, actor.organizationId, id, this.clock.now());
    if (held === undefined) throw apiError('not_found');
    return held;
  }
}

/** Periods are computed in UTC; to keep another zone and not follow it would mislead. */
function refuseOtherTimezone(timezone: string): void {
  if (timezone !== 'UTC') throw unsupportedFields(['timezone']);
}
