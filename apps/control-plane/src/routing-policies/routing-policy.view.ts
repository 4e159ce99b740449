import type { Row } from '../database/schema.js';
import { routingPolicySettingsSchema } from './routing-policy-settings.js';
import type { RoutingPolicyView } from './routing-policy.schema.js';

/** Shows a routing policy as the API does: every field of its settings beside its columns. */
export function viewRoutingPolicy(row: Row<'routing_policies'>): RoutingPolicyView {
  return {
    id: row.id,
    organization_id: row.organization_id,
    name: row.name,
    description: row.description,
    ...routingPolicySettingsSchema.parse(row.settings),
    revision: row.revision.toString(),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    archived_at: row.archived_at?.toISOString() ?? null,
  };
}
