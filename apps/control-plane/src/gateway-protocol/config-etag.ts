import { createHash } from 'node:crypto';
import type { KeyFacts } from './key-facts.js';

const DIGEST_CHARACTERS = 16;

/**
 * The ETag of a key's configuration: `<revision>.<16 hex>` (contract 3.5).
 *
 * It moves with the key, with its routing policy, and with everything about the model providers in reach: their order,
 * credentials, prices. It does not move with budgets and spend; those travel by change event.
 */
export function configEtag(facts: KeyFacts): string {
  return `${facts.key.revision}.${digestSurroundings(facts)}`;
}

/** The second half of the ETag: the same for all keys with the same providers, policy, team and organization. */
export function digestSurroundings(facts: Omit<KeyFacts, 'key'>): string {
  const { organization, teamId, modelProviders, routingPolicy: policy } = facts;
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
    row.labels,
  ]);
  const content = JSON.stringify([rows, teamId, organization.unpriced_models, policy?.id, policy?.revision.toString()]);
  return createHash('sha256').update(content).digest('hex').slice(0, DIGEST_CHARACTERS);
}
