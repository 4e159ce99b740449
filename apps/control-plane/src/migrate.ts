import { ConfigError, readDatabaseUrl } from './config/read-config.js';
import { MigrationError } from './database/migrations.js';
import { prepareDatabase } from './database/prepare-database.js';

/** `npm run migrate`: brings the database at DATABASE_URL up to date and says what it did. */
async function main(): Promise<void> {
  try {
    const { migrations } = await prepareDatabase(readDatabaseUrl(process.env));
    const done = migrations.length === 0 ? 'The database was up to date.' : `Ran ${migrations.join(', ')}.`;
    process.stdout.write(`${done}\n`);
  } catch (error) {
    const expected = error instanceof ConfigError || error instanceof MigrationError;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${expected ? message : `The database could not be migrated: ${message}`}\n`);
    process.exitCode = 1;
  }
}

await main();
