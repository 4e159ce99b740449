import { sql } from 'kysely';

import type { DatabaseHandle } from '../database/database.js';
import type { NewRow, Row, RowChange } from '../database/schema.js';
import { cutPage, type Page } from '../management/page.js';

/** Reads one living model provider of an organization. */
export async function findModelProvider(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
): Promise<Row<'model_providers'> | undefined> {
  return living(database, organizationId).where('id', '=', id).executeTakeFirst();
}

/** Like {@link findModelProvider}, and holds the row until the transaction ends. */
export async function lockModelProvider(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
): Promise<Row<'model_providers'> | undefined> {
  return living(database, organizationId).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Reads a page of an organization's living model providers, the newest first. */
export async function listModelProviders(
  database: DatabaseHandle,
  organizationId: string,
  filter: { readonly limit: number; readonly afterId?: string | undefined },
): Promise<Page<Row<'model_providers'>>> {
  let query = living(database, organizationId);
  if (filter.afterId !== undefined) {
    query = query.where(
      sql<boolean>`(created_at, id) < (SELECT created_at, id FROM model_providers
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

/** Inserts a model provider and answers its row. */
export async function insertModelProvider(
  database: DatabaseHandle,
  row: NewRow<'model_providers'>,
): Promise<Row<'model_providers'>> {
  return database.insertInto('model_providers').values(row).returningAll().executeTakeFirstOrThrow();
}

/** Changes a model provider, moves its revision (and so the ETag of every key that reaches it), and answers its row. */
export async function changeModelProvider(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
  change: RowChange<'model_providers'>,
): Promise<Row<'model_providers'>> {
  return database
    .updateTable('model_providers')
    .set(change)
    .set((column) => ({ revision: column('revision', '+', 1n) }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

function living(database: DatabaseHandle, organizationId: string) {
  return database
    .selectFrom('model_providers')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('archived_at', 'is', null);
}
