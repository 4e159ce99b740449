import { Injectable } from '@nestjs/common';

import { Clock, Random } from '#kernel';

import type { Actor } from '../audit/actor.js';
import type { DatabaseHandle } from '../database/database.js';
import { apiError } from '../errors/api-error.js';
import { RowIds } from '../ids/row-ids.js';
import type { Scope } from '../management/fields.js';
import { unsupportedFields } from '../management/invalid-fields.js';
import { refuseOnConflict } from '../management/on-conflict.js';
import { KeySecrets } from '../secrets/key-secrets.js';
import { DEFAULT_ROUTING, nextRouting, requireRoutingPolicy } from './key-routing.js';
import { mintKey } from './mint-key.js';
import { OwnBudget } from './own-budget.js';
import { mergeConfig, unsupportedConfigFields, type VirtualKeyConfigRequest } from './virtual-key-config.js';
import { concludeAct } from './virtual-key-log.js';
import { requireReachableProviders, requireScopes, resolveTraceProject } from './virtual-key-references.js';
import { insertVirtualKey } from './virtual-key.repository.js';
import type { CreateVirtualKey, VirtualKeyView } from './virtual-key.schema.js';

/** A key together with its secret, which nothing can show a second time. */
export interface KeyWithSecret {
  readonly virtual_key: VirtualKeyView;
  readonly secret: string;
}

/** Index violations that are the request's doing. */
export const VIRTUAL_KEY_CONFLICTS = { virtual_keys_external_id: () => apiError('external_id_conflict') };

/** Creates virtual keys. */
@Injectable()
export class VirtualKeyCreation {
  constructor(
    private readonly ids: RowIds,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly secrets: KeySecrets,
    private readonly ownBudget: OwnBudget,
  ) {}

  /** Creates a key, and its budget when one is asked for, in the caller's transaction. */
  async create(transaction: DatabaseHandle, actor: Actor, request: CreateVirtualKey): Promise<KeyWithSecret> {
    const { organizationId } = actor;
    const nowMs = this.clock.now();
    refuseUnsupported(request.config);
    const expiresAt = readExpiry(request.expires_at, nowMs);
    const routing = nextRouting(request, DEFAULT_ROUTING);
    await requireRoutingPolicy(transaction, organizationId, routing.routing_policy_id);
    const scopes = uniqueScopes(request.scopes ?? defaultScopes(request.trace_project_id));
    await requireScopes(transaction, organizationId, scopes);
    const traceProjectId = await resolveTraceProject(transaction, organizationId, scopes, request.trace_project_id);
    const config = mergeConfig(undefined, request.config);
    await requireReachableProviders(transaction, organizationId, scopes, config.providersAllowed);

    const id = this.ids.create('vk');
    const { secret, displayPrefix } = mintKey(request.environment, this.random);
    const row = {
      id,
      organization_id: organizationId,
      name: request.name,
      description: request.description ?? null,
      ...this.secrets.store(secret, id),
      previous_secret_hash: null,
      previous_pepper_version: null,
      previous_secret_expires_at: null,
      previous_sealed_digest: null,
      previous_digest_sealing_key_version: null,
      display_prefix: displayPrefix,
      purpose: request.purpose,
      principal_user_id: request.principal_user_id ?? null,
      trace_project_id: traceProjectId,
      external_id: request.external_id ?? null,
      metadata: JSON.stringify(request.metadata),
      ...routing,
      config: JSON.stringify(config),
      expires_at: expiresAt,
      last_used_at: null,
      revoked_at: null,
      disabled_reason: null,
      created_at: new Date(nowMs),
      updated_at: new Date(nowMs),
    };
    await refuseOnConflict(VIRTUAL_KEY_CONFLICTS, () => insertVirtualKey(transaction, row, scopes));
    if (request.budget) await this.ownBudget.create(transaction, actor, id, request.name, request.budget);
    const virtual_key = await concludeAct(transaction, { act: 'create', actor, virtualKeyId: id, occurredAtMs: nowMs });
    return { virtual_key, secret };
  }
}

/** Refuses what would be stored but not enforced. */
export function refuseUnsupported(config: VirtualKeyConfigRequest | undefined): void {
  const fields = config === undefined ? [] : unsupportedConfigFields(config);
  if (fields.length > 0) throw unsupportedFields(fields);
}

/** Reads an expiry date. Throws `virtual_key_expiry_in_past`: a key that is born dead is a mistake. */
export function readExpiry(expiresAt: string | null | undefined, nowMs: number): Date | null {
  if (!expiresAt) return null;
  const date = new Date(expiresAt);
  if (date.getTime() <= nowMs) throw apiError('virtual_key_expiry_in_past');
  return date;
}

/** Drops repeated scopes. */
export function uniqueScopes(scopes: readonly Scope[]): readonly Scope[] {
  return [...new Map(scopes.map((scope) => [`${scope.scope_type}:${scope.scope_id}`, scope])).values()];
}

function defaultScopes(traceProjectId: string | null | undefined): readonly Scope[] {
  if (!traceProjectId) throw apiError('trace_project_required');
  return [{ scope_type: 'project', scope_id: traceProjectId }];
}
