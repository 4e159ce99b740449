import type { DatabaseHandle } from '../database/database.js';
import type { Actor } from './actor.js';
import { changedFields } from './changed-fields.js';

/** Something that an actor did to an object. */
export interface AuditEntry {
  readonly actor: Actor;
  /** `<noun>.<verb>`, for instance `virtual_key.rotate`. */
  readonly action: string;
  readonly targetType: 'virtual_key' | 'budget' | 'model_provider' | 'routing_policy' | 'admin_api_key';
  readonly targetId: string;
  readonly occurredAtMs: number;
  readonly reason?: string | null | undefined;
  /** The object as the API shows it before and after; such views hold no secret, so the log does not either. */
  readonly before?: Readonly<Record<string, unknown>> | undefined;
  readonly after?: Readonly<Record<string, unknown>> | undefined;
  /** Secret fields that changed: their names are logged, never a value. */
  readonly changedSecrets?: readonly string[];
}

/**
 * Writes an entry of the audit log. Call it in the transaction that makes the change: they are kept or lost together.
 */
export async function recordAudit(database: DatabaseHandle, entry: AuditEntry): Promise<void> {
  const secrets = Object.fromEntries((entry.changedSecrets ?? []).map((name) => [name, '[changed]']));
  await database
    .insertInto('audit_log')
    .values({
      organization_id: entry.actor.organizationId,
      occurred_at: new Date(entry.occurredAtMs),
      actor_type: entry.actor.type,
      actor_id: entry.actor.id,
      action: entry.action,
      target_type: entry.targetType,
      target_id: entry.targetId,
      reason: entry.reason ?? null,
      diff: JSON.stringify({ ...changedFields(entry.before ?? {}, entry.after ?? {}), ...secrets }),
    })
    .execute();
}
