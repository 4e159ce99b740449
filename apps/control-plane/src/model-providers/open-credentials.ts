import { z } from 'zod';
import type { Row } from '../database/schema.js';
import type { Sealer } from '../secrets/sealer.js';

const credentialsSchema = z.record(z.string(), z.string());

/**
 * Opens the credentials of a model provider; none are `{}`. Throws a `SealError` when the seal does not open.
 *
 * That fails the whole configuration of a key: gateways then go on with the one they hold, which works, while a
 * configuration that silently lacks a provider would not.
 */
export function openCredentials(sealer: Sealer, row: Row<'model_providers'>): Record<string, string> {
  if (row.sealed_credentials === null || row.sealing_key_version === null) return {};
  const sealed = { bytes: row.sealed_credentials, keyVersion: row.sealing_key_version };
  return credentialsSchema.parse(JSON.parse(sealer.open(sealed, row.id)));
}
