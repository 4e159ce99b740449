import { readMigrations } from './migrations.js';
import { migrate } from './migrator.js';

/** What {@link prepareDatabase} did. */
export interface Preparation {
  /** Names of the migrations that were run; empty when the database was up to date. */
  readonly migrations: readonly string[];
}

/** Migrates the database at `databaseUrl`. Repeating it changes nothing. */
export async function prepareDatabase(databaseUrl: string): Promise<Preparation> {
  return { migrations: await migrate(databaseUrl, await readMigrations()) };
}
