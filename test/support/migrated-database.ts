import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ServerProcess } from './server-process.js';

const TEMPLATE = 'e2e_template';
const UNFINISHED_TEMPLATE = 'e2e_template_unfinished';

/** A database of one test file's own. */
export interface MigratedDatabase {
  readonly url: string;
  /** Drops it, also under anybody who is still connected. */
  drop(): Promise<void>;
}

/**
 * Creates a database that the real migration program has prepared, on the server of `adminUrl`. The program runs for
 * the first one; later ones are copies, because test files run one after another against the same server.
 */
export async function createMigratedDatabase(adminUrl: string): Promise<MigratedDatabase> {
  const name = `e2e_${randomBytes(8).toString('hex')}`;
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount === 0) await createTemplate(client, adminUrl);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  });
  return {
    url: urlOf(adminUrl, name),
    drop: () => withClient(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

async function createTemplate(client: pg.Client, adminUrl: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${UNFINISHED_TEMPLATE} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${UNFINISHED_TEMPLATE}`);
  const migration = ServerProcess.spawn({
    main: 'apps/control-plane/src/migrate.js',
    environment: { DATABASE_URL: urlOf(adminUrl, UNFINISHED_TEMPLATE) },
  });
  const { code } = await migration.exited;
  if (code !== 0) throw new Error(`the migration failed:\n${migration.output}`);
  await client.query(`ALTER DATABASE ${UNFINISHED_TEMPLATE} RENAME TO ${TEMPLATE}`);
}

function urlOf(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function withClient(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
