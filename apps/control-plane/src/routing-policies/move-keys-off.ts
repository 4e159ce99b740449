import { sql } from 'kysely';

import type { Actor } from '../audit/actor.js';
import type { DatabaseHandle } from '../database/database.js';

/** What the audit log says of the keys of a policy that went away. */
const REASON = 'its routing policy was archived';

/**
 * Moves every key that follows a policy to the routing mode `none`, the narrowest, and writes an audit entry for each.
 *
 * The caller holds the policy and tells the gateways: one event of the organization, however many keys there are.
 *
 * @returns How many keys there were.
 */
export async function moveKeysOff(
  transaction: DatabaseHandle,
  actor: Actor,
  policyId: string,
  nowMs: number,
): Promise<number> {
  const now = new Date(nowMs);
  const moved = await transaction
    .updateTable('virtual_keys')
    .set({ routing_mode: 'none', routing_policy_id: null, updated_at: now })
    .set((column) => ({ revision: column('revision', '+', 1n) }))
    .where('organization_id', '=', actor.organizationId)
    .where('routing_policy_id', '=', policyId)
    .returning('id')
    .execute();
  if (moved.length === 0) return 0;
  const diff = {
    routing_mode: { before: 'policy', after: 'none' },
    routing_policy_id: { before: policyId, after: null },
  };
  await sql`
    INSERT INTO audit_log
      (organization_id, occurred_at, actor_type, actor_id, action, target_type, target_id, reason, diff)
    SELECT ${actor.organizationId}::text, ${now}::timestamptz, ${actor.type}::text, ${actor.id}::text,
      'virtual_key.update', 'virtual_key', moved.id, ${REASON}::text, ${JSON.stringify(diff)}::jsonb
    FROM unnest(${moved.map(({ id }) => id)}::text[]) AS moved (id)`.execute(transaction);
  return moved.length;
}
