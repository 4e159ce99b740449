import { SystemRandom, type Clock } from '#kernel';
import type { Kysely } from 'kysely';
import { sealingKeysSchema } from '../../apps/control-plane/src/config/values.js';
import { openDatabase } from '../../apps/control-plane/src/database/database.js';
import type { Database } from '../../apps/control-plane/src/database/schema.js';
import { RowIds } from '../../apps/control-plane/src/ids/row-ids.js';
import { KeyHasher } from '../../apps/control-plane/src/secrets/key-hasher.js';
import { KeySecrets } from '../../apps/control-plane/src/secrets/key-secrets.js';
import { Sealer } from '../../apps/control-plane/src/secrets/sealer.js';
import { mintKey } from '../../apps/control-plane/src/virtual-keys/mint-key.js';
import { CONTROL_PLANE_SECRETS } from './fleet.js';

/** Keys per statement. */
const BATCH = 1_000;

/** Whom seeded keys belong to. */
export interface SeedOwner {
  readonly organizationId: string;
  readonly projectId: string;
}

/**
 * Puts `count` active keys into the database as the control plane would, only many per statement: minted, hashed and
 * sealed by its own code, under the secrets of the fleet. Resolves with the keys themselves.
 */
export async function seedKeys(
  databaseUrl: string,
  owner: SeedOwner,
  count: number,
  clock: Clock,
): Promise<readonly string[]> {
  const random = new SystemRandom();
  const ids = new RowIds(clock, random);
  const { LW_VIRTUAL_KEY_PEPPER: pepper, CONTROL_PLANE_SEALING_KEYS: sealingKeys } = CONTROL_PLANE_SECRETS;
  const secrets = new KeySecrets(new KeyHasher(pepper), new Sealer(sealingKeysSchema.parse(sealingKeys), random));
  const database = openDatabase({ url: databaseUrl, connectionsMax: 1 });
  const minted: string[] = [];
  try {
    while (minted.length < count) {
      const batch = Array.from({ length: Math.min(BATCH, count - minted.length) }, () => {
        const key = mintKey('live', random);
        return { id: ids.create('vk'), ...key };
      });
      await insertKeys(database, owner, secrets, batch);
      minted.push(...batch.map(({ secret }) => secret));
    }
    return minted;
  } finally {
    await database.destroy();
  }
}

async function insertKeys(
  database: Kysely<Database>,
  { organizationId, projectId }: SeedOwner,
  secrets: KeySecrets,
  batch: readonly { readonly id: string; readonly secret: string; readonly displayPrefix: string }[],
): Promise<void> {
  const keys = batch.map(({ id, secret, displayPrefix }) => ({
    id,
    organization_id: organizationId,
    name: 'seeded key',
    ...secrets.store(secret, id),
    display_prefix: displayPrefix,
    trace_project_id: projectId,
    routing_mode: 'fallback_all' as const,
  }));
  const scopes = batch.map(({ id }) => ({
    organization_id: organizationId,
    virtual_key_id: id,
    scope_type: 'project' as const,
    scope_id: projectId,
  }));
  await database.insertInto('virtual_keys').values(keys).execute();
  await database.insertInto('virtual_key_scopes').values(scopes).execute();
}
