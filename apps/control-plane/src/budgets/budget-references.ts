import type { BudgetScope } from '#gateway-protocol';

import type { DatabaseHandle } from '../database/database.js';
import { apiError } from '../errors/api-error.js';
import { invalidFields, unsupportedFields } from '../management/invalid-fields.js';
import { findMissingScopes } from '../management/scopes.js';
import type { BudgetScopeRequest } from './budget.schema.js';

/** A scope as a budget's row holds it. */
export interface BudgetTarget {
  readonly scope_type: Exclude<BudgetScope, 'group' | 'attributed_user'>;
  readonly scope_id: string;
}

/** Finds what a budget is to limit, in the organization and nowhere else. */
export async function resolveBudgetTarget(
  database: DatabaseHandle,
  organizationId: string,
  scope: BudgetScopeRequest,
): Promise<BudgetTarget> {
  switch (scope.kind) {
    case 'organization':
      return { scope_type: 'organization', scope_id: organizationId };
    case 'team':
      await requireScope(database, organizationId, 'team', scope.team_id);
      return { scope_type: 'team', scope_id: scope.team_id };
    case 'project':
      await requireScope(database, organizationId, 'project', scope.project_id);
      return { scope_type: 'project', scope_id: scope.project_id };
    case 'virtual_key':
      await requireLivingKey(database, organizationId, scope.virtual_key_id);
      return { scope_type: 'virtual_key', scope_id: scope.virtual_key_id };
    case 'principal':
      return { scope_type: 'principal', scope_id: scope.principal_user_id };
    case 'group':
    case 'attributed_user':
      throw unsupportedFields(['scope.kind']);
  }
}

/** Refuses a provider filter that names no model provider of the organization. */
export async function requireProvider(
  database: DatabaseHandle,
  organizationId: string,
  providerId: string | null | undefined,
): Promise<void> {
  if (!providerId) return;
  const provider = await database
    .selectFrom('model_providers')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', providerId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (provider === undefined) throw invalidFields([{ path: 'provider_key', message: UNKNOWN }]);
}

/**
 * Refuses a budget on a team or project that no key sends spend to: it would look like a limit and never hold.
 *
 * An organization without any live key is exempt, because budgets may be set up before the first key.
 */
export async function requireReachable(
  database: DatabaseHandle,
  organizationId: string,
  target: BudgetTarget,
): Promise<void> {
  if (target.scope_type !== 'team' && target.scope_type !== 'project') return;
  const liveKeys = database
    .selectFrom('virtual_keys')
    .innerJoin('projects', 'projects.id', 'virtual_keys.trace_project_id')
    .select('virtual_keys.id')
    .where('virtual_keys.organization_id', '=', organizationId)
    .where('virtual_keys.status', '!=', 'revoked')
    .limit(1);
  const column = target.scope_type === 'team' ? 'projects.team_id' : 'projects.id';
  const reaching = await liveKeys.where(column, '=', target.scope_id).executeTakeFirst();
  if (reaching !== undefined || (await liveKeys.executeTakeFirst()) === undefined) return;
  throw apiError('gateway_budget_scope_unreachable', { meta: { ...target } });
}

const UNKNOWN = 'names nothing in this organization';

async function requireScope(
  database: DatabaseHandle,
  organizationId: string,
  type: 'team' | 'project',
  id: string,
): Promise<void> {
  const missing = await findMissingScopes(database, organizationId, [{ scope_type: type, scope_id: id }]);
  if (missing.length > 0) throw invalidFields([{ path: `scope.${type}_id`, message: UNKNOWN }]);
}

/** Holds the key, so that it is not revoked, and its budgets archived, while this one is being created. */
async function requireLivingKey(database: DatabaseHandle, organizationId: string, id: string): Promise<void> {
  const key = await database
    .selectFrom('virtual_keys')
    .select('status')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (key === undefined) throw invalidFields([{ path: 'scope.virtual_key_id', message: UNKNOWN }]);
  if (key.status === 'revoked') throw apiError('virtual_key_revoked');
}
