import type { DatabaseHandle } from '../database/database.js';
import type { Scope } from './fields.js';

/** Positions of scopes that name nothing the organization has, or something it has archived. */
export async function findMissingScopes(
  database: DatabaseHandle,
  organizationId: string,
  scopes: readonly Scope[],
): Promise<number[]> {
  const teams = await living(database, 'teams', organizationId, scopes);
  const projects = await living(database, 'projects', organizationId, scopes);
  const isKnown = (scope: Scope): boolean => {
    switch (scope.scope_type) {
      case 'organization':
        return scope.scope_id === organizationId;
      case 'team':
        return teams.has(scope.scope_id);
      case 'project':
        return projects.has(scope.scope_id);
    }
  };
  return scopes.flatMap((scope, index) => (isKnown(scope) ? [] : [index]));
}

async function living(
  database: DatabaseHandle,
  table: 'teams' | 'projects',
  organizationId: string,
  scopes: readonly Scope[],
): Promise<ReadonlySet<string>> {
  const type = table === 'teams' ? 'team' : 'project';
  const ids = scopes.filter((scope) => scope.scope_type === type).map((scope) => scope.scope_id);
  if (ids.length === 0) return new Set();
  const rows = await database
    .selectFrom(table)
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', 'in', ids)
    .where('archived_at', 'is', null)
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** One order for the scopes of an object, whatever the database's collation, so that equal sets compare equal. */
export function sortScopes(scopes: readonly Scope[]): Scope[] {
  return scopes.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey(scope: Scope): string {
  return `${scope.scope_type}:${scope.scope_id}`;
}
