import type { DatabaseHandle } from '../database/database.js';
import type { Row } from '../database/schema.js';
import { invalidFields } from '../management/invalid-fields.js';

/** How a key's requests are routed: a policy's id is there for the mode `policy`, and only for it. */
export type KeyRouting = Pick<Row<'virtual_keys'>, 'routing_mode' | 'routing_policy_id'>;

/** What a request says about routing; absent fields follow from the others, else stay as they are. */
export interface RoutingRequest {
  readonly routing_mode?: KeyRouting['routing_mode'] | undefined;
  readonly routing_policy_id?: string | null | undefined;
}

/** The routing of a new key that says nothing about it. */
export const DEFAULT_ROUTING: KeyRouting = { routing_mode: 'none', routing_policy_id: null };

/**
 * Works out a key's routing. To name a policy is to follow it; to choose another mode, or null for the policy, is to
 * leave the one that the key follows. Throws 400 for the mode `policy` without a policy, and for a policy beside
 * another mode, which nothing would follow.
 */
export function nextRouting(
  { routing_mode: mode, routing_policy_id: policyId }: RoutingRequest,
  { routing_mode, routing_policy_id }: KeyRouting,
): KeyRouting {
  const stored = { routing_mode, routing_policy_id };
  if (policyId && mode !== undefined && mode !== 'policy') {
    throw invalidFields([{ path: 'routing_policy_id', message: 'is only for the routing mode "policy"' }]);
  }
  if (policyId) return { routing_mode: 'policy', routing_policy_id: policyId };
  const isLeaving = policyId === null && mode === undefined && stored.routing_mode === 'policy';
  if (isLeaving) return DEFAULT_ROUTING;
  if (mode === undefined) return stored;
  if (mode !== 'policy') return { routing_mode: mode, routing_policy_id: null };
  if (policyId === undefined && stored.routing_mode === 'policy') return stored;
  throw invalidFields([{ path: 'routing_policy_id', message: 'is required for the routing mode "policy"' }]);
}

/**
 * Refuses a routing policy that the organization does not have; holds it until the transaction ends, so that it is not
 * archived meanwhile. Call it before a key is locked: archiving takes policy and keys in this order.
 */
export async function requireRoutingPolicy(
  transaction: DatabaseHandle,
  organizationId: string,
  policyId: string | null | undefined,
): Promise<void> {
  if (!policyId) return;
  const policy = await transaction
    .selectFrom('routing_policies')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', policyId)
    .where('archived_at', 'is', null)
    .forShare()
    .executeTakeFirst();
  if (policy !== undefined) return;
  throw invalidFields([{ path: 'routing_policy_id', message: 'names no routing policy of this organization' }]);
}
