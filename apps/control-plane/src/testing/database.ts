import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { openDatabase } from '../database/database.js';
import { prepareDatabase } from '../database/prepare-database.js';
import type { Database } from '../database/schema.js';

/** A migrated database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  readonly database: Kysely<Database>;
  /** Closes the connections and drops the database, also under anybody who is still connected. */
  drop(): Promise<void>;
}

/**
 * Creates a database on the server of `adminUrl` (`inject('postgresUrl')`), with nothing in it.
 */
export async function createEmptyDatabase(adminUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(adminUrl, `CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** Creates a database, migrates it and seeds its prices. Call `drop()` when the tests are over. */
export async function createTestDatabase(adminUrl: string): Promise<TestDatabase> {
  const empty = await createEmptyDatabase(adminUrl);
  await prepareDatabase(empty.url);
  const database = openDatabase({ url: empty.url, connectionsMax: 12 });
  return {
    url: empty.url,
    database,
    drop: async () => {
      await database.destroy();
      await empty.drop();
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
