import { Injectable } from '@nestjs/common';

import { Clock } from '#kernel';

import type { Actor } from '../audit/actor.js';
import { changedFields } from '../audit/changed-fields.js';
import { recordAudit } from '../audit/record-audit.js';
import { recordChange } from '../change-events/record-change.js';
import type { DatabaseHandle } from '../database/database.js';
import type { Row, RowChange } from '../database/schema.js';
import { apiError } from '../errors/api-error.js';
import { RowIds } from '../ids/row-ids.js';
import { moveKeysOff } from './move-keys-off.js';
import { requireKnownProviders, requireSense } from './routing-policy-checks.js';
import { routingPolicySettingsSchema, type RoutingPolicySettings } from './routing-policy-settings.js';
import { changeRoutingPolicy, insertRoutingPolicy, lockRoutingPolicy } from './routing-policy.repository.js';
import type { CreateRoutingPolicy, RoutingPolicyView, UpdateRoutingPolicy } from './routing-policy.schema.js';
import { viewRoutingPolicy } from './routing-policy.view.js';

type SettingsRequest = Omit<UpdateRoutingPolicy, 'name' | 'description'>;

/** A policy that was archived, and how many keys followed it until then. */
export interface ArchivedPolicy {
  readonly routing_policy: RoutingPolicyView;
  readonly virtual_keys_moved: number;
}

/** Routing policies as the management API writes them; each method works in the caller's transaction. */
@Injectable()
export class RoutingPolicies {
  constructor(
    private readonly ids: RowIds,
    private readonly clock: Clock,
  ) {}

  /** Creates a policy. No key follows it yet, so gateways need not hear of it. */
  async create(transaction: DatabaseHandle, actor: Actor, request: CreateRoutingPolicy): Promise<RoutingPolicyView> {
    const { name, description = null, ...given } = request;
    const settings = await mergeSettings(transaction, actor, undefined, given);
    const now = new Date(this.clock.now());
    const created = await insertRoutingPolicy(transaction, {
      id: this.ids.create('rp'),
      organization_id: actor.organizationId,
      name,
      description,
      settings: JSON.stringify(settings),
      created_at: now,
      updated_at: now,
      archived_at: null,
    });
    return this.audit(transaction, actor, 'create', undefined, created);
  }

  /** Changes a policy. A request that changes nothing leaves no trace. */
  async update(
    transaction: DatabaseHandle,
    actor: Actor,
    id: string,
    { name, description, ...given }: UpdateRoutingPolicy,
  ): Promise<RoutingPolicyView> {
    const before = await hold(transaction, actor, id);
    const settings = await mergeSettings(transaction, actor, before, given);
    const next = {
      name: name ?? before.name,
      description: description === undefined ? before.description : description,
      settings,
    };
    const shown = viewRoutingPolicy(before);
    if (Object.keys(changedFields(shown, viewRoutingPolicy({ ...before, ...next }))).length === 0) return shown;
    const change = { ...next, settings: JSON.stringify(settings) };
    const after = await this.change(transaction, actor, id, change);
    const view = await this.audit(transaction, actor, 'update', before, after);
    await recordChange(transaction, { organizationId: actor.organizationId, kind: 'ROUTING_POLICY_UPDATED' });
    return view;
  }

  /** Takes a policy out of service for good, and its keys off it. */
  async archive(transaction: DatabaseHandle, actor: Actor, id: string): Promise<ArchivedPolicy> {
    const before = await hold(transaction, actor, id);
    const nowMs = this.clock.now();
    const moved = await moveKeysOff(transaction, actor, id, nowMs);
    const after = await this.change(transaction, actor, id, { archived_at: new Date(nowMs) });
    const routing_policy = await this.audit(transaction, actor, 'archive', before, after);
    await recordChange(transaction, { organizationId: actor.organizationId, kind: 'ROUTING_POLICY_DELETED' });
    return { routing_policy, virtual_keys_moved: moved };
  }

  private async change(
    transaction: DatabaseHandle,
    { organizationId }: Actor,
    id: string,
    change: RowChange<'routing_policies'>,
  ): Promise<Row<'routing_policies'>> {
    const updated_at = new Date(this.clock.now());
    return changeRoutingPolicy(transaction, organizationId, id, { ...change, updated_at });
  }

  private async audit(
    transaction: DatabaseHandle,
    actor: Actor,
    verb: 'create' | 'update' | 'archive',
    before: Row<'routing_policies'> | undefined,
    after: Row<'routing_policies'>,
  ): Promise<RoutingPolicyView> {
    const shown = viewRoutingPolicy(after);
    await recordAudit(transaction, {
      actor,
      action: `routing_policy.${verb}`,
      targetType: 'routing_policy',
      targetId: after.id,
      occurredAtMs: this.clock.now(),
      before: before && viewRoutingPolicy(before),
      after: shown,
    });
    return shown;
  }
}

async function hold(transaction: DatabaseHandle, actor: Actor, id: string): Promise<Row<'routing_policies'>> {
  const row = await lockRoutingPolicy(transaction, actor.organizationId, id);
  if (row === undefined) throw apiError('not_found');
  return row;
}

/** The settings as they will be. Only providers that the request names are looked for: others may be gone by now. */
async function mergeSettings(
  transaction: DatabaseHandle,
  { organizationId }: Actor,
  before: Row<'routing_policies'> | undefined,
  request: SettingsRequest,
): Promise<RoutingPolicySettings> {
  const stored = before === undefined ? {} : routingPolicySettingsSchema.parse(before.settings);
  const given = Object.entries(request).filter(([, value]) => value !== undefined);
  const merged = { ...stored, ...Object.fromEntries(given) };
  const settings = routingPolicySettingsSchema.parse(
    Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)),
  );
  requireSense(settings);
  await requireKnownProviders(transaction, organizationId, {
    targets: request.targets ?? [],
    canary: request.canary ?? null,
    shadow: request.shadow ?? null,
  });
  return settings;
}
