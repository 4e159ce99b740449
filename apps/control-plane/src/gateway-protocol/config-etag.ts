import { createHash } from 'node:crypto';
import type { KeyFacts } from './key-facts.js';

const DIGEST_CHARACTERS = 16;

/**
 * The ETag of a key's configuration: `<revision>.<16 hex>` (contract 3.5).
 *
 * It moves with the key and with everything about the model providers in reach: their order, credentials, prices. It
 * does not move with budgets and spend; those travel by change event.
 */
export function configEtag({ key, organization, teamId, modelProviders }: KeyFacts): string {
  const rows = modelProviders.map((row) => [
    row.id,
    row.type,
    row.handle,
    row.base_url,
    row.region,
    row.models,
    Object.entries(row.deployment_map).toSorted(),
    row.sealed_credentials?.toString('base64'),
    Object.entries(row.prices).toSorted(),
    row.default_price,
  ]);
  const content = JSON.stringify([rows, teamId, organization.unpriced_models]);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, DIGEST_CHARACTERS);
  return `${key.revision}.${digest}`;
}
