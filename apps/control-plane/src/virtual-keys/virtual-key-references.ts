import type { DatabaseHandle } from '../database/database.js';
import type { Scope } from '../management/fields.js';
import { apiError } from '../errors/api-error.js';
import { invalidFields } from '../management/invalid-fields.js';
import { findMissingScopes } from '../management/scopes.js';

/** Refuses scopes that the organization does not have; another organization's look the same as none. */
export async function requireScopes(
  database: DatabaseHandle,
  organizationId: string,
  scopes: readonly Scope[],
): Promise<void> {
  const missing = await findMissingScopes(database, organizationId, scopes);
  if (missing.length === 0) return;
  throw invalidFields(
    missing.map((index) => ({ path: `scopes.${index}.scope_id`, message: 'names nothing in this organization' })),
  );
}

/**
 * Finds the one project that a key's traces and spend belong to: the one that was asked for, else the only project
 * among the scopes. Never none: what a key without a project spends would be billed to nobody.
 */
export async function resolveTraceProject(
  database: DatabaseHandle,
  organizationId: string,
  scopes: readonly Scope[],
  requestedId: string | null | undefined,
): Promise<string> {
  const projectIds = scopes.filter((scope) => scope.scope_type === 'project').map((scope) => scope.scope_id);
  const [id, ...others] = requestedId ? [requestedId] : new Set(projectIds);
  if (id === undefined) throw apiError('trace_project_required');
  if (others.length > 0) throw apiError('gateway_trace_project_ambiguous', { meta: { project_ids: [id, ...others] } });
  const project = await database
    .selectFrom('projects')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (project === undefined) throw apiError('gateway_trace_project_unknown', { meta: { trace_project_id: id } });
  return project.id;
}

/** Refuses an access list that names a model provider which the scopes cannot reach. */
export async function requireReachableProviders(
  database: DatabaseHandle,
  organizationId: string,
  scopes: readonly Scope[],
  providerIds: readonly string[] | null,
): Promise<void> {
  if (providerIds === null) return;
  const reachable = await reachableProviders(database, organizationId, scopes);
  const unreachable = providerIds.filter((id) => !reachable.has(id));
  if (unreachable.length === 0) return;
  throw invalidFields([
    {
      path: 'config.providersAllowed',
      message: `names model providers that the scopes of the key do not reach: ${unreachable.join(', ')}`,
    },
  ]);
}

/** A key reaches the model providers at its scopes and above them: organization, then team, then project. */
async function reachableProviders(
  database: DatabaseHandle,
  organizationId: string,
  scopes: readonly Scope[],
): Promise<ReadonlySet<string>> {
  const projectIds = scopes.filter((scope) => scope.scope_type === 'project').map((scope) => scope.scope_id);
  const teamIds = scopes.filter((scope) => scope.scope_type === 'team').map((scope) => scope.scope_id);
  if (projectIds.length > 0) {
    const projects = await database.selectFrom('projects').select('team_id').where('id', 'in', projectIds).execute();
    teamIds.push(...projects.flatMap((project) => project.team_id ?? []));
  }
  const providers = await database
    .selectFrom('model_providers')
    .select(['id', 'scope_type', 'scope_id'])
    .where('organization_id', '=', organizationId)
    .where('archived_at', 'is', null)
    .execute();
  const above: ReadonlySet<string> = new Set([organizationId, ...teamIds, ...projectIds]);
  return new Set(providers.filter((provider) => above.has(provider.scope_id)).map((provider) => provider.id));
}
