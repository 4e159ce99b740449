import { Injectable } from '@nestjs/common';

import { Clock } from '#kernel';
import { normalizeFamily } from '#gateway-protocol';

import type { Actor } from '../audit/actor.js';
import { changedFields } from '../audit/changed-fields.js';
import { recordAudit } from '../audit/record-audit.js';
import { recordChange } from '../change-events/record-change.js';
import type { DatabaseHandle } from '../database/database.js';
import type { Row, RowChange } from '../database/schema.js';
import { apiError } from '../errors/api-error.js';
import { RowIds } from '../ids/row-ids.js';
import type { Scope } from '../management/fields.js';
import { invalidFields } from '../management/invalid-fields.js';
import { refuseOnConflict } from '../management/on-conflict.js';
import { findMissingScopes } from '../management/scopes.js';
import { Sealer } from '../secrets/sealer.js';
import { changeModelProvider, insertModelProvider, lockModelProvider } from './model-provider.repository.js';
import type { CreateModelProvider, ModelProviderView, UpdateModelProvider } from './model-provider.schema.js';
import { viewModelProvider } from './model-provider.view.js';
import { ProviderChecks } from './provider-checks.js';
import { credentialHints, type Credentials } from './provider-credentials.js';

const CONFLICTS = {
  model_providers_handle: () =>
    apiError('conflict', { message: 'handle is already in use.', meta: { field: 'handle' } }),
};

type Verb = 'create' | 'update' | 'enable' | 'disable' | 'archive';

/** Credentials of vendors as the management API writes them; each method works in the caller's transaction. */
@Injectable()
export class ModelProviders {
  constructor(
    private readonly ids: RowIds,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly checks: ProviderChecks,
  ) {}

  /** Creates a model provider. Its credentials are sealed for its row and never shown again. */
  async create(transaction: DatabaseHandle, actor: Actor, request: CreateModelProvider): Promise<ModelProviderView> {
    const baseUrl = request.base_url ?? null;
    this.checks.baseUrl(request.type, baseUrl);
    if (request.handle) this.checks.handle(request.handle);
    const credentials = this.checks.credentials(request.type, request.credentials, baseUrl);
    const scope = await resolveScope(transaction, actor.organizationId, request.scope);
    const now = new Date(this.clock.now());
    const id = this.ids.create('mp');
    const row = {
      id,
      organization_id: actor.organizationId,
      ...scope,
      name: request.name,
      type: normalizeFamily(request.type),
      handle: request.handle ?? null,
      base_url: baseUrl,
      region: request.region ?? null,
      models: request.models,
      deployment_map: JSON.stringify(request.deployment_map),
      ...this.sealedColumns(id, credentials),
      prices: JSON.stringify(request.prices),
      default_price: request.default_price ? JSON.stringify(request.default_price) : null,
      labels: request.labels,
      priority: request.priority,
      enabled: request.enabled,
      created_at: now,
      updated_at: now,
      archived_at: null,
    };
    const created = await refuseOnConflict(CONFLICTS, () => insertModelProvider(transaction, row));
    return this.conclude(transaction, actor, 'create', undefined, created, ['credentials']);
  }

  /** Changes a model provider. A request that changes nothing leaves no trace. */
  async update(
    transaction: DatabaseHandle,
    actor: Actor,
    id: string,
    request: UpdateModelProvider,
  ): Promise<ModelProviderView> {
    const before = await hold(transaction, actor, id);
    const baseUrl = request.base_url === undefined ? before.base_url : request.base_url;
    this.refuseRedirectedSecret(before, baseUrl, request);
    if (request.base_url !== undefined) this.checks.baseUrl(before.type, baseUrl);
    if (request.handle) this.checks.handle(request.handle);
    // A row without a key may depend on its base URL.
    if (before.sealed_credentials === null && request.credentials === undefined && baseUrl !== before.base_url) {
      this.checks.credentials(before.type, {}, baseUrl);
    }
    const sealed =
      request.credentials === undefined
        ? {}
        : this.sealedColumns(id, this.checks.credentials(before.type, request.credentials, baseUrl));
    const next = {
      name: request.name ?? before.name,
      handle: request.handle === undefined ? before.handle : request.handle,
      base_url: baseUrl,
      region: request.region === undefined ? before.region : request.region,
      models: request.models ?? before.models,
      deployment_map: request.deployment_map ?? before.deployment_map,
      prices: request.prices ?? before.prices,
      default_price: request.default_price === undefined ? before.default_price : request.default_price,
      labels: request.labels ?? before.labels,
      priority: request.priority ?? before.priority,
      enabled: request.enabled ?? before.enabled,
    };
    const shown = viewModelProvider(before);
    const isSame = Object.keys(changedFields(shown, viewModelProvider({ ...before, ...next }))).length === 0;
    if (isSame && request.credentials === undefined) return shown;
    const change = {
      ...next,
      deployment_map: JSON.stringify(next.deployment_map),
      prices: JSON.stringify(next.prices),
      default_price: next.default_price && JSON.stringify(next.default_price),
      ...sealed,
    };
    const secrets = request.credentials === undefined ? [] : ['credentials'];
    return this.change(transaction, actor, 'update', before, change, secrets);
  }

  /** Lets keys use a row again, or takes it from them until then. Idempotent. */
  async setEnabled(
    transaction: DatabaseHandle,
    actor: Actor,
    id: string,
    enabled: boolean,
    reason: string | null,
  ): Promise<ModelProviderView> {
    const before = await hold(transaction, actor, id);
    if (before.enabled === enabled) return viewModelProvider(before);
    return this.change(transaction, actor, enabled ? 'enable' : 'disable', before, { enabled }, [], reason);
  }

  /** Takes a row out of service for good and destroys its credentials. */
  async archive(transaction: DatabaseHandle, actor: Actor, id: string): Promise<ModelProviderView> {
    const before = await hold(transaction, actor, id);
    const change = { ...this.sealedColumns(id, {}), archived_at: new Date(this.clock.now()) };
    return this.change(transaction, actor, 'archive', before, change, []);
  }

  /** Whoever can write may not thereby read: a stored secret is never sent to a host it was not given for. */
  private refuseRedirectedSecret(
    before: Row<'model_providers'>,
    baseUrl: string | null,
    request: UpdateModelProvider,
  ): void {
    const isRedirected = baseUrl !== before.base_url && before.sealed_credentials !== null;
    if (!isRedirected || request.credentials !== undefined) return;
    throw invalidFields([{ path: 'credentials', message: 'must be given again when base_url changes' }]);
  }

  private sealedColumns(id: string, credentials: Credentials) {
    const isEmpty = Object.keys(credentials).length === 0;
    const sealed = isEmpty ? undefined : this.sealer.seal(JSON.stringify(credentials), id);
    return {
      sealed_credentials: sealed?.bytes ?? null,
      sealing_key_version: sealed?.keyVersion ?? null,
      credential_hints: JSON.stringify(credentialHints(credentials)),
    };
  }

  private async change(
    transaction: DatabaseHandle,
    actor: Actor,
    verb: Verb,
    before: Row<'model_providers'>,
    change: RowChange<'model_providers'>,
    changedSecrets: readonly string[],
    reason: string | null = null,
  ): Promise<ModelProviderView> {
    const updated_at = new Date(this.clock.now());
    const after = await refuseOnConflict(CONFLICTS, () =>
      changeModelProvider(transaction, actor.organizationId, before.id, { ...change, updated_at }),
    );
    return this.conclude(transaction, actor, verb, before, after, changedSecrets, reason);
  }

  /** Ends a write: audit entry, change event, and the row as it is now. */
  private async conclude(
    transaction: DatabaseHandle,
    actor: Actor,
    verb: Verb,
    before: Row<'model_providers'> | undefined,
    after: Row<'model_providers'>,
    changedSecrets: readonly string[],
    reason: string | null = null,
  ): Promise<ModelProviderView> {
    const shown = viewModelProvider(after);
    await recordAudit(transaction, {
      actor,
      action: `model_provider.${verb}`,
      targetType: 'model_provider',
      targetId: after.id,
      occurredAtMs: this.clock.now(),
      reason,
      before: before && viewModelProvider(before),
      after: shown,
      changedSecrets,
    });
    await recordChange(transaction, {
      organizationId: actor.organizationId,
      kind: 'MODEL_PROVIDER_UPDATED',
      modelProviderId: after.id,
    });
    return shown;
  }
}

async function hold(transaction: DatabaseHandle, actor: Actor, id: string): Promise<Row<'model_providers'>> {
  const row = await lockModelProvider(transaction, actor.organizationId, id);
  if (row === undefined) throw apiError('not_found');
  return row;
}

async function resolveScope(
  transaction: DatabaseHandle,
  organizationId: string,
  requested: CreateModelProvider['scope'],
): Promise<Scope> {
  const { scope_type, scope_id = scope_type === 'organization' ? organizationId : undefined } = requested;
  if (scope_id === undefined) throw invalidFields([{ path: 'scope.scope_id', message: 'is required' }]);
  const scope = { scope_type, scope_id };
  const missing = await findMissingScopes(transaction, organizationId, [scope]);
  if (missing.length === 0) return scope;
  throw invalidFields([{ path: 'scope.scope_id', message: 'names nothing in this organization' }]);
}
