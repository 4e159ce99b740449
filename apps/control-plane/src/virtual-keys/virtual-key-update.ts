import { Injectable } from '@nestjs/common';

import { Clock } from '#kernel';

import type { Actor } from '../audit/actor.js';
import { changedFields } from '../audit/changed-fields.js';
import type { DatabaseHandle } from '../database/database.js';
import type { Row } from '../database/schema.js';
import type { Scope } from '../management/fields.js';
import { refuseOnConflict } from '../management/on-conflict.js';
import { sortScopes } from '../management/scopes.js';
import { nextRouting, requireRoutingPolicy } from './key-routing.js';
import { requireLiveKey } from './require-live-key.js';
import { OwnBudget } from './own-budget.js';
import { mergeConfig, virtualKeyConfigSchema, type VirtualKeyConfig } from './virtual-key-config.js';
import { readExpiry, refuseUnsupported, uniqueScopes, VIRTUAL_KEY_CONFLICTS } from './virtual-key-creation.js';
import { concludeAct } from './virtual-key-log.js';
import { requireReachableProviders, requireScopes, resolveTraceProject } from './virtual-key-references.js';
import { changeVirtualKey, replaceScopes, type VirtualKeyRecord } from './virtual-key.repository.js';
import type { UpdateVirtualKey, VirtualKeyView } from './virtual-key.schema.js';
import { viewVirtualKey } from './virtual-key.view.js';

/** The columns that a PATCH can change, as they will be. */
type NextColumns = Pick<
  Row<'virtual_keys'>,
  | 'name'
  | 'description'
  | 'principal_user_id'
  | 'trace_project_id'
  | 'external_id'
  | 'metadata'
  | 'routing_mode'
  | 'routing_policy_id'
  | 'expires_at'
> & { readonly config: VirtualKeyConfig };

/** Changes virtual keys. */
@Injectable()
export class VirtualKeyUpdate {
  constructor(
    private readonly clock: Clock,
    private readonly ownBudget: OwnBudget,
  ) {}

  /**
   * Changes a key in the caller's transaction. A request that changes nothing leaves no trace: no new revision, no
   * audit entry, no event.
   */
  async update(
    transaction: DatabaseHandle,
    actor: Actor,
    id: string,
    request: UpdateVirtualKey,
  ): Promise<VirtualKeyView> {
    const nowMs = this.clock.now();
    refuseUnsupported(request.config);
    await requireRoutingPolicy(transaction, actor.organizationId, request.routing_policy_id);
    const before = await requireLiveKey(transaction, actor, id);
    const scopes = await this.nextScopes(transaction, actor, before, request);
    const next = await this.nextColumns(transaction, actor, before, scopes, request);
    if (request.budget !== undefined) {
      await this.ownBudget.put(transaction, actor, id, next.name, request.budget);
    }
    const shown = viewVirtualKey(before);
    const shownNext = viewVirtualKey({ ...before, row: { ...before.row, ...next }, scopes });
    if (Object.keys(changedFields(shown, shownNext)).length === 0) return shown;

    await refuseOnConflict(VIRTUAL_KEY_CONFLICTS, () =>
      changeVirtualKey(transaction, actor.organizationId, id, {
        ...next,
        metadata: JSON.stringify(next.metadata),
        config: JSON.stringify(next.config),
        updated_at: new Date(nowMs),
      }),
    );
    if (request.scopes !== undefined) await replaceScopes(transaction, actor.organizationId, id, scopes);
    return concludeAct(transaction, { act: 'update', actor, virtualKeyId: id, occurredAtMs: nowMs, before });
  }

  private async nextScopes(
    transaction: DatabaseHandle,
    actor: Actor,
    before: VirtualKeyRecord,
    request: UpdateVirtualKey,
  ): Promise<readonly Scope[]> {
    if (request.scopes === undefined) return before.scopes;
    const scopes = sortScopes(uniqueScopes(request.scopes));
    await requireScopes(transaction, actor.organizationId, scopes);
    return scopes;
  }

  private async nextColumns(
    transaction: DatabaseHandle,
    actor: Actor,
    { row }: VirtualKeyRecord,
    scopes: readonly Scope[],
    request: UpdateVirtualKey,
  ): Promise<NextColumns> {
    const { organizationId } = actor;
    const stored = virtualKeyConfigSchema.parse(row.config);
    const config = request.config === undefined ? stored : mergeConfig(stored, request.config);
    if (request.config !== undefined || request.scopes !== undefined) {
      await requireReachableProviders(transaction, organizationId, scopes, config.providersAllowed);
    }
    const traceProjectId =
      request.trace_project_id === undefined
        ? row.trace_project_id
        : await resolveTraceProject(transaction, organizationId, scopes, request.trace_project_id);
    return {
      name: request.name ?? row.name,
      description: orStored(request.description, row.description),
      principal_user_id: orStored(request.principal_user_id, row.principal_user_id),
      trace_project_id: traceProjectId,
      external_id: orStored(request.external_id, row.external_id),
      metadata: request.metadata ?? row.metadata,
      ...nextRouting(request, row),
      expires_at: request.expires_at === undefined ? row.expires_at : readExpiry(request.expires_at, this.clock.now()),
      config,
    };
  }
}

function orStored<Value>(requested: Value | null | undefined, stored: Value | null): Value | null {
  return requested === undefined ? stored : requested;
}
