import { sql } from 'kysely';

import type { DatabaseHandle } from '../database/database.js';
import type { NewRow, Row, RowChange } from '../database/schema.js';
import type { Scope } from '../management/fields.js';
import { cutPage, type Page } from '../management/page.js';
import { sortScopes } from '../management/scopes.js';

/** A key with what its view needs from other tables. */
export interface VirtualKeyRecord {
  readonly row: Row<'virtual_keys'>;
  readonly scopes: readonly Scope[];
  readonly traceProjectArchived: boolean;
}

/** Which keys a list shows. */
export interface VirtualKeyFilter {
  readonly limit: number;
  /** The last key of the page before. */
  readonly afterId?: string | undefined;
  readonly externalId?: string | undefined;
}

/** Reads one key of an organization; undefined when the organization has no such key. */
export async function findVirtualKey(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
): Promise<VirtualKeyRecord | undefined> {
  return first(await withScopes(database, await keysById(database, organizationId, id).execute()));
}

/** Like {@link findVirtualKey}, and holds the row until the transaction ends, so that writers take turns. */
export async function lockVirtualKey(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
): Promise<VirtualKeyRecord | undefined> {
  return first(await withScopes(database, await keysById(database, organizationId, id).forUpdate().execute()));
}

/** Reads a page of an organization's keys, the newest first, revoked ones included. */
export async function listVirtualKeys(
  database: DatabaseHandle,
  organizationId: string,
  filter: VirtualKeyFilter,
): Promise<Page<{ readonly id: string; readonly record: VirtualKeyRecord }>> {
  let query = database.selectFrom('virtual_keys').selectAll().where('organization_id', '=', organizationId);
  if (filter.externalId !== undefined) query = query.where('external_id', '=', filter.externalId);
  if (filter.afterId !== undefined) {
    query = query.where(
      sql<boolean>`(created_at, id) < (SELECT created_at, id FROM virtual_keys
        WHERE organization_id = ${organizationId} AND id = ${filter.afterId})`,
    );
  }
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
  const records = await withScopes(database, rows);
  return cutPage(
    records.map((record) => ({ id: record.row.id, record })),
    filter.limit,
  );
}

/** Inserts a key and its scopes. */
export async function insertVirtualKey(
  database: DatabaseHandle,
  row: NewRow<'virtual_keys'>,
  scopes: readonly Scope[],
): Promise<void> {
  await database.insertInto('virtual_keys').values(row).execute();
  await insertScopes(database, row.organization_id, row.id, scopes);
}

/** Changes a key and moves its revision, which moves the ETag of its configuration. */
export async function changeVirtualKey(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
  change: RowChange<'virtual_keys'>,
): Promise<void> {
  await database
    .updateTable('virtual_keys')
    .set(change)
    .set((column) => ({ revision: column('revision', '+', 1n) }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Puts `scopes` in the place of a key's scopes. */
export async function replaceScopes(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
  scopes: readonly Scope[],
): Promise<void> {
  await database
    .deleteFrom('virtual_key_scopes')
    .where('organization_id', '=', organizationId)
    .where('virtual_key_id', '=', id)
    .execute();
  await insertScopes(database, organizationId, id, scopes);
}

function keysById(database: DatabaseHandle, organizationId: string, id: string) {
  return database
    .selectFrom('virtual_keys')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id);
}

async function insertScopes(
  database: DatabaseHandle,
  organizationId: string,
  virtualKeyId: string,
  scopes: readonly Scope[],
): Promise<void> {
  await database
    .insertInto('virtual_key_scopes')
    .values(scopes.map((scope) => ({ organization_id: organizationId, virtual_key_id: virtualKeyId, ...scope })))
    .execute();
}

async function withScopes(database: DatabaseHandle, rows: readonly Row<'virtual_keys'>[]): Promise<VirtualKeyRecord[]> {
  if (rows.length === 0) return [];
  const scopes = await database
    .selectFrom('virtual_key_scopes')
    .select(['virtual_key_id', 'scope_type', 'scope_id'])
    .where(
      'virtual_key_id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  const archived = await archivedProjects(database, rows);
  return rows.map((row) => ({
    row,
    scopes: sortScopes(
      scopes
        .filter((scope) => scope.virtual_key_id === row.id)
        .map(({ scope_type, scope_id }) => ({ scope_type, scope_id })),
    ),
    traceProjectArchived: row.trace_project_id !== null && archived.has(row.trace_project_id),
  }));
}

async function archivedProjects(
  database: DatabaseHandle,
  rows: readonly Row<'virtual_keys'>[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(rows.flatMap((row) => row.trace_project_id ?? []))];
  if (ids.length === 0) return new Set();
  const projects = await database
    .selectFrom('projects')
    .select('id')
    .where('id', 'in', ids)
    .where('archived_at', 'is not', null)
    .execute();
  return new Set(projects.map((project) => project.id));
}

function first<Item>(items: readonly Item[]): Item | undefined {
  return items[0];
}
