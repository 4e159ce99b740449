import { Injectable } from '@nestjs/common';

import { Clock } from '#kernel';

import type { Actor } from '../audit/actor.js';
import { BudgetWriter } from '../budgets/budget-writer.js';
import { lockBudgetsOfKey } from '../budgets/budget.repository.js';
import type { DatabaseHandle } from '../database/database.js';
import { invalidFields } from '../management/invalid-fields.js';
import type { OwnBudgetPatch, OwnBudgetRequest } from './virtual-key.schema.js';

/** The budget that a virtual key carries in its own requests: the oldest living one whose scope is the key. */
@Injectable()
export class OwnBudget {
  constructor(
    private readonly budgets: BudgetWriter,
    private readonly clock: Clock,
  ) {}

  /** Creates the budget of a new key. */
  async create(
    transaction: DatabaseHandle,
    actor: Actor,
    virtualKeyId: string,
    keyName: string,
    request: OwnBudgetRequest,
  ): Promise<void> {
    await this.budgets.create(transaction, actor, {
      scope_type: 'virtual_key',
      scope_id: virtualKeyId,
      name: request.name ?? keyName,
      description: null,
      window: request.window,
      on_breach: request.on_breach,
      limit_nano_usd: request.limit_usd,
      provider_key: null,
      external_id: null,
      cycle_anchor_at: null,
    });
  }

  /** Creates or changes the budget; null archives it. A window is fixed for life: archive and create anew instead. */
  async put(
    transaction: DatabaseHandle,
    actor: Actor,
    virtualKeyId: string,
    keyName: string,
    request: OwnBudgetPatch | null,
  ): Promise<void> {
    const [own] = await this.held(transaction, actor, virtualKeyId);
    if (request === null) {
      if (own !== undefined) await this.budgets.archive(transaction, actor, own);
      return;
    }
    if (own === undefined) {
      if (request.window === undefined) {
        throw invalidFields([{ path: 'budget.window', message: 'is required: the key has no budget yet' }]);
      }
      const { window, on_breach = 'block' } = request;
      await this.create(transaction, actor, virtualKeyId, keyName, { ...request, window, on_breach });
      return;
    }
    if (request.window !== undefined && own.row.window !== request.window) {
      throw invalidFields([{ path: 'budget.window', message: `cannot change; it is ${own.row.window}` }]);
    }
    const change = {
      limit_nano_usd: request.limit_usd,
      on_breach: request.on_breach ?? own.row.on_breach,
      name: request.name ?? own.row.name,
    };
    const isSame =
      change.limit_nano_usd === own.row.limit_nano_usd &&
      change.on_breach === own.row.on_breach &&
      change.name === own.row.name;
    if (!isSame) await this.budgets.update(transaction, actor, own, change);
  }

  /** Archives every budget of a key that is revoked. */
  async archiveAll(transaction: DatabaseHandle, actor: Actor, virtualKeyId: string): Promise<void> {
    for (const budget of await this.held(transaction, actor, virtualKeyId)) {
      await this.budgets.archive(transaction, actor, budget);
    }
  }

  private held(transaction: DatabaseHandle, actor: Actor, virtualKeyId: string) {
    return lockBudgetsOfKey(transaction, actor.organizationId, virtualKeyId, this.clock.now());
  }
}
