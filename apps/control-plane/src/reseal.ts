import { SystemRandom } from '#kernel';
import { ConfigError, readSealingConfig } from './config/read-config.js';
import { openDatabase } from './database/database.js';
import { MigrationError, readMigrations } from './database/migrations.js';
import { assertMigrated } from './database/migrator.js';
import { resealAll } from './secrets/reseal.js';
import { SealError, Sealer } from './secrets/sealer.js';

/**
 * `node dist/apps/control-plane/src/reseal.js`: seals every stored secret anew with the first of CONTROL_PLANE_SEALING_KEYS, in the database at
 * DATABASE_URL, and says how many. Harmless to repeat.
 */
async function main(): Promise<void> {
  try {
    const { databaseUrl, sealingKeys } = readSealingConfig(process.env);
    await assertMigrated(databaseUrl, await readMigrations());
    const database = openDatabase({ url: databaseUrl, connectionsMax: 1 });
    try {
      const done = await resealAll(database, new Sealer(sealingKeys, new SystemRandom()));
      const counts = `model providers: ${done.modelProviders}, virtual keys: ${done.virtualKeys}, answers: ${done.idempotentAnswers}`;
      process.stdout.write(`Sealed anew with key ${sealingKeys[0]?.version} (${counts}). Older keys can be dropped.\n`);
    } finally {
      await database.destroy();
    }
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ConfigError || error instanceof MigrationError) return message;
  if (error instanceof SealError)
    return `Stopped: ${message}. Add the key that sealed it to CONTROL_PLANE_SEALING_KEYS.`;
  return `The secrets could not be sealed anew: ${message}`;
}

await main();
