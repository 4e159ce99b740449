import pg from 'pg';
import { type Migration, MigrationError } from './migrations.js';

/** What the database says it has run. */
interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

const MIGRATE_COMMAND = 'npm run migrate';
/** Held while migrating, so that of several starting at once one does the work and the others find it done. */
const LOCK_KEY = '7161';
const CONNECT_TIMEOUT_MS = 5_000;

const CREATE_TABLE = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`;

/**
 * Brings the database up to date: runs each migration that it has not run yet, in order, each in a transaction of its
 * own, so that a failing one leaves no trace and the ones before it stay.
 *
 * Safe to call from several processes at once. Throws a {@link MigrationError} when history was changed.
 *
 * @returns The names of the migrations that were run now.
 */
export async function migrate(databaseUrl: string, migrations: readonly Migration[]): Promise<readonly string[]> {
  return withClient(databaseUrl, async (client) => {
    await client.query(`SELECT pg_advisory_lock(${LOCK_KEY})`);
    await client.query(CREATE_TABLE);
    const applied = await readApplied(client);
    refuseChangedHistory(applied, migrations);
    const pending = migrations.slice(applied.length);
    for (const migration of pending) await runMigration(client, migration);
    return pending.map(({ name }) => name);
  });
}

/**
 * Throws a {@link MigrationError} unless the database has run exactly these migrations. Changes nothing.
 */
export async function assertMigrated(databaseUrl: string, migrations: readonly Migration[]): Promise<void> {
  const applied = await withClient(databaseUrl, readApplied);
  refuseChangedHistory(applied, migrations);
  const [next] = migrations.slice(applied.length);
  if (next === undefined) return;
  const count = migrations.length - applied.length;
  throw new MigrationError(
    `The database lacks ${count} migration${count === 1 ? '' : 's'}, from ${next.name} on: run "${MIGRATE_COMMAND}" first.`,
  );
}

function refuseChangedHistory(applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  applied.forEach((entry, index) => {
    const migration = migrations[index];
    if (migration === undefined) {
      throw new MigrationError(
        `The database has run ${entry.name}, which this version does not ship: ` +
          'start the newer version that wrote it, or restore the backup from before.',
      );
    }
    if (migration.version !== entry.version || migration.checksum !== entry.checksum) {
      throw new MigrationError(
        `${migration.name} is not the file that the database has run as ${entry.name}: ` +
          `restore the original file and put the change into a new one, then run "${MIGRATE_COMMAND}".`,
      );
    }
  });
}

async function runMigration(client: pg.Client, { version, name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query('INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', [
      version,
      name,
      checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`${name} failed and left no trace: ${reason}`, { cause: error });
  }
}

async function readApplied(client: pg.Client): Promise<readonly AppliedMigration[]> {
  const table = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('schema_migrations') IS NOT NULL AS "exists"`,
  );
  if (table.rows[0]?.exists !== true) return [];
  const rows = await client.query<AppliedMigration>(
    'SELECT version, name, checksum FROM schema_migrations ORDER BY version',
  );
  return rows.rows;
}

async function withClient<Result>(databaseUrl: string, use: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  await client.connect();
  try {
    return await use(client);
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
}
