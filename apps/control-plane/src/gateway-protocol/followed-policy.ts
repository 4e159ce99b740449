import { invariant } from '#kernel';

import type { DatabaseHandle } from '../database/database.js';
import type { Row } from '../database/schema.js';
import {
  type RoutingPolicySettings,
  routingPolicySettingsSchema,
} from '../routing-policies/routing-policy-settings.js';

/** A routing policy as far as the keys that follow it are concerned. */
export interface FollowedPolicy extends Pick<Row<'routing_policies'>, 'id' | 'name' | 'revision'> {
  readonly settings: RoutingPolicySettings;
}

/**
 * Reads routing policies by their ids. One that was archived a moment ago is among them: whoever read the key before
 * that gets what the key said then, and not less than a policy.
 */
export async function readFollowedPolicies(
  database: DatabaseHandle,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FollowedPolicy>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('routing_policies')
    .select(['id', 'name', 'revision', 'settings'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, { ...row, settings: routingPolicySettingsSchema.parse(row.settings) }]));
}

/** The policy that a key follows, or null. Throws when it was not read: no policy must never pass for a lenient one. */
export function followedBy(
  { routing_policy_id: policyId }: Pick<Row<'virtual_keys'>, 'routing_policy_id'>,
  policies: ReadonlyMap<string, FollowedPolicy>,
): FollowedPolicy | null {
  if (policyId === null) return null;
  const policy = policies.get(policyId);
  invariant(policy !== undefined, 'every key has the policy that it follows');
  return policy;
}
