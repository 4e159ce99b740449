import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.js';
import { idempotencySealName } from '../management/idempotency-seal.js';
import type { Sealed, Sealer } from './sealer.js';

/** How many secrets were sealed anew, by the kind of row that holds them. */
export interface ResealReport {
  readonly modelProviders: number;
  readonly virtualKeys: number;
  readonly idempotentAnswers: number;
}

/** Rows that are read at once. */
const BATCH_ROWS = 500;

/**
 * Seals every secret that an older key sealed anew with the current one, so that the older key can be dropped.
 *
 * It works beside running control planes and may be stopped and repeated at any time: each row is changed only if it
 * still holds what was read. Throws a `SealError` at the first secret that no configured key opens.
 */
export async function resealAll(database: Kysely<Database>, sealer: Sealer): Promise<ResealReport> {
  return {
    modelProviders: await repeat(() => resealModelProviders(database, sealer)),
    virtualKeys:
      (await repeat(() => resealDigests(database, sealer))) +
      (await repeat(() => resealPreviousDigests(database, sealer))),
    idempotentAnswers: await repeat(() => resealIdempotentAnswers(database, sealer)),
  };
}

/** Runs batches until one finds nothing. A row that somebody else changes meanwhile is found again. */
async function repeat(runBatch: () => Promise<number>): Promise<number> {
  for (let total = 0; ;) {
    const count = await runBatch();
    if (count === 0) return total;
    total += count;
  }
}

function anew(sealer: Sealer, sealed: Sealed, name: string): Sealed {
  return sealer.seal(sealer.open(sealed, name), name);
}

async function resealModelProviders(database: Kysely<Database>, sealer: Sealer): Promise<number> {
  const rows = await database
    .selectFrom('model_providers')
    .select(['id', 'sealed_credentials', 'sealing_key_version'])
    .where('sealing_key_version', '<>', sealer.currentKeyVersion)
    .limit(BATCH_ROWS)
    .execute();
  for (const { id, sealed_credentials: bytes, sealing_key_version: keyVersion } of rows) {
    if (bytes === null || keyVersion === null) continue;
    const sealed = anew(sealer, { bytes, keyVersion }, id);
    // Neither revision nor change event: gateways hold the same credential as before.
    await database
      .updateTable('model_providers')
      .set({ sealed_credentials: sealed.bytes, sealing_key_version: sealed.keyVersion })
      .where('id', '=', id)
      .where('sealed_credentials', '=', bytes)
      .execute();
  }
  return rows.length;
}

async function resealDigests(database: Kysely<Database>, sealer: Sealer): Promise<number> {
  const rows = await database
    .selectFrom('virtual_keys')
    .select(['id', 'sealed_digest', 'digest_sealing_key_version'])
    .where('digest_sealing_key_version', '<>', sealer.currentKeyVersion)
    .limit(BATCH_ROWS)
    .execute();
  for (const { id, sealed_digest: bytes, digest_sealing_key_version: keyVersion } of rows) {
    if (bytes === null || keyVersion === null) continue;
    const sealed = anew(sealer, { bytes, keyVersion }, id);
    await database
      .updateTable('virtual_keys')
      .set({ sealed_digest: sealed.bytes, digest_sealing_key_version: sealed.keyVersion })
      .where('id', '=', id)
      .where('sealed_digest', '=', bytes)
      .execute();
  }
  return rows.length;
}

async function resealPreviousDigests(database: Kysely<Database>, sealer: Sealer): Promise<number> {
  const rows = await database
    .selectFrom('virtual_keys')
    .select(['id', 'previous_sealed_digest', 'previous_digest_sealing_key_version'])
    .where('previous_digest_sealing_key_version', '<>', sealer.currentKeyVersion)
    .limit(BATCH_ROWS)
    .execute();
  for (const { id, previous_sealed_digest: bytes, previous_digest_sealing_key_version: keyVersion } of rows) {
    if (bytes === null || keyVersion === null) continue;
    const sealed = anew(sealer, { bytes, keyVersion }, id);
    await database
      .updateTable('virtual_keys')
      .set({ previous_sealed_digest: sealed.bytes, previous_digest_sealing_key_version: sealed.keyVersion })
      .where('id', '=', id)
      .where('previous_sealed_digest', '=', bytes)
      .execute();
  }
  return rows.length;
}

async function resealIdempotentAnswers(database: Kysely<Database>, sealer: Sealer): Promise<number> {
  const rows = await database
    .selectFrom('idempotency_keys')
    .select(['organization_id', 'route', 'key', 'sealed_response', 'sealing_key_version'])
    .where('sealing_key_version', '<>', sealer.currentKeyVersion)
    .limit(BATCH_ROWS)
    .execute();
  for (const { sealed_response: bytes, sealing_key_version: keyVersion, ...id } of rows) {
    if (bytes === null || keyVersion === null) continue;
    const sealed = anew(sealer, { bytes, keyVersion }, idempotencySealName(id));
    await database
      .updateTable('idempotency_keys')
      .set({ sealed_response: sealed.bytes, sealing_key_version: sealed.keyVersion })
      .where('organization_id', '=', id.organization_id)
      .where('route', '=', id.route)
      .where('key', '=', id.key)
      .where('sealed_response', '=', bytes)
      .execute();
  }
  return rows.length;
}
