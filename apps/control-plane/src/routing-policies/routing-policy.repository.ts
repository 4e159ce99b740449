import { sql } from 'kysely';

import type { DatabaseHandle } from '../database/database.js';
import type { NewRow, Row, RowChange } from '../database/schema.js';
import { cutPage, type Page } from '../management/page.js';

/** Reads one living routing policy of an organization. */
export async function findRoutingPolicy(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
): Promise<Row<'routing_policies'> | undefined> {
  return living(database, organizationId).where('id', '=', id).executeTakeFirst();
}

/** Like {@link findRoutingPolicy}, and holds the row until the transaction ends. */
export async function lockRoutingPolicy(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
): Promise<Row<'routing_policies'> | undefined> {
  return living(database, organizationId).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Reads a page of an organization's living routing policies, the newest first. */
export async function listRoutingPolicies(
  database: DatabaseHandle,
  organizationId: string,
  filter: { readonly limit: number; readonly afterId?: string | undefined },
): Promise<Page<Row<'routing_policies'>>> {
  let query = living(database, organizationId);
  if (filter.afterId !== undefined) {
    query = query.where(
      sql<boolean>`(created_at, id) < (SELECT created_at, id FROM routing_policies
        WHERE organization_id = ${organizationId} AND id = ${filter.afterId})`,
    );
  }
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
  return cutPage(rows, filter.limit);
}

/** Inserts a routing policy and answers its row. */
export async function insertRoutingPolicy(
  database: DatabaseHandle,
  row: NewRow<'routing_policies'>,
): Promise<Row<'routing_policies'>> {
  return database.insertInto('routing_policies').values(row).returningAll().executeTakeFirstOrThrow();
}

/** Changes a routing policy, moves its revision (and so the ETag of every key that follows it), and answers its row. */
export async function changeRoutingPolicy(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
  change: RowChange<'routing_policies'>,
): Promise<Row<'routing_policies'>> {
  return database
    .updateTable('routing_policies')
    .set(change)
    .set((column) => ({ revision: column('revision', '+', 1n) }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

function living(database: DatabaseHandle, organizationId: string) {
  return database
    .selectFrom('routing_policies')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('archived_at', 'is', null);
}
