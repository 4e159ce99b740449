import { type SqlBool, type ExpressionBuilder, type Expression } from 'kysely';
import type { DatabaseHandle } from '../database/database.js';
import type { Database, Row } from '../database/schema.js';
import { type FollowedPolicy, followedBy, readFollowedPolicies } from './followed-policy.js';

/** A virtual key and where it stands. */
export interface KeyFacts {
  readonly key: Row<'virtual_keys'>;
  readonly organization: Row<'organizations'>;
  /** The team above the trace project. */
  readonly teamId: string | null;
  /** Enabled model providers in reach, in dispatch order. */
  readonly modelProviders: readonly Row<'model_providers'>[];
  /** The policy that the key follows; null when its routing mode is another. */
  readonly routingPolicy: FollowedPolicy | null;
}

interface Reach {
  readonly teamIds: readonly string[];
  readonly projectIds: readonly string[];
}

/** Reads a key with its reach, or `undefined` when there is no such key. */
export async function readKeyFacts(database: DatabaseHandle, virtualKeyId: string): Promise<KeyFacts | undefined> {
  const found = await database
    .selectFrom('virtual_keys')
    .leftJoin('projects', 'projects.id', 'virtual_keys.trace_project_id')
    .selectAll('virtual_keys')
    .select('projects.team_id')
    .where('virtual_keys.id', '=', virtualKeyId)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const { team_id: teamId, ...key } = found;
  const organization = await database
    .selectFrom('organizations')
    .selectAll()
    .where('id', '=', key.organization_id)
    .executeTakeFirstOrThrow();
  const modelProviders = key.status === 'active' ? await readReach(database, key) : [];
  const policyId = key.routing_policy_id;
  const policies = await readFollowedPolicies(database, policyId === null ? [] : [policyId]);
  return { key, organization, teamId, modelProviders, routingPolicy: followedBy(key, policies) };
}

/**
 * The union over the key's scopes. A project inherits from its team and its organization, a team from its organization;
 * nothing is inherited upwards or sideways. A key without scopes reaches nothing.
 */
async function readReach(
  database: DatabaseHandle,
  key: Row<'virtual_keys'>,
): Promise<readonly Row<'model_providers'>[]> {
  const scopes = await database
    .selectFrom('virtual_key_scopes')
    .leftJoin('projects', 'projects.id', 'virtual_key_scopes.scope_project_id')
    .select(['scope_type', 'scope_id', 'projects.team_id'])
    .where('virtual_key_id', '=', key.id)
    .execute();
  if (scopes.length === 0) return [];
  const projectIds = scopes.filter((scope) => scope.scope_type === 'project').map((scope) => scope.scope_id);
  const teamIds = scopes
    .map((scope) => (scope.scope_type === 'team' ? scope.scope_id : scope.team_id))
    .filter((id) => id !== null);
  return database
    .selectFrom('model_providers')
    .selectAll()
    .where('organization_id', '=', key.organization_id)
    .where('enabled', '=', true)
    .where('archived_at', 'is', null)
    .where((build) => within(build, { teamIds, projectIds }))
    .orderBy('priority')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

function within(build: ExpressionBuilder<Database, 'model_providers'>, reach: Reach): Expression<SqlBool> {
  const reached = [build('scope_type', '=', 'organization')];
  if (reach.teamIds.length > 0) reached.push(build('scope_team_id', 'in', reach.teamIds));
  if (reach.projectIds.length > 0) reached.push(build('scope_project_id', 'in', reach.projectIds));
  return build.or(reached);
}
