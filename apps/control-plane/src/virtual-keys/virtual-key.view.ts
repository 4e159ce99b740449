import { virtualKeyConfigSchema } from './virtual-key-config.js';
import type { VirtualKeyRecord } from './virtual-key.repository.js';
import type { VirtualKeyView } from './virtual-key.schema.js';

/** Shows a key as the API does: every column but the hashes. */
export function viewVirtualKey({ row, scopes, traceProjectArchived }: VirtualKeyRecord): VirtualKeyView {
  return {
    id: row.id,
    organization_id: row.organization_id,
    name: row.name,
    description: row.description,
    status: row.status,
    purpose: row.purpose,
    display_prefix: row.display_prefix,
    principal_user_id: row.principal_user_id,
    trace_project_id: row.trace_project_id,
    trace_project_archived: traceProjectArchived,
    external_id: row.external_id,
    metadata: row.metadata,
    scopes: [...scopes],
    routing_policy_id: row.routing_policy_id,
    routing_mode: row.routing_mode,
    config: virtualKeyConfigSchema.parse(row.config),
    revision: row.revision.toString(),
    disabled_reason: row.disabled_reason,
    previous_secret_expires_at: instantOrNull(row.previous_secret_expires_at),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    last_used_at: instantOrNull(row.last_used_at),
    revoked_at: instantOrNull(row.revoked_at),
    expires_at: instantOrNull(row.expires_at),
  };
}

function instantOrNull(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}
