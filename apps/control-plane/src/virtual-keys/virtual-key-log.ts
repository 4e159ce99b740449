import { invariant } from '#kernel';

import type { Actor } from '../audit/actor.js';
import { recordAudit } from '../audit/record-audit.js';
import { recordChange } from '../change-events/record-change.js';
import type { DatabaseHandle } from '../database/database.js';
import { findVirtualKey, type VirtualKeyRecord } from './virtual-key.repository.js';
import type { VirtualKeyView } from './virtual-key.schema.js';
import { viewVirtualKey } from './virtual-key.view.js';

/** What was done to a key: its name in the audit log, and its kind on the change feed. */
const ACTS = {
  create: 'VK_CREATED',
  update: 'VK_CONFIG_UPDATED',
  rotate: 'VK_ROTATED',
  disable: 'VK_DISABLED',
  enable: 'VK_ENABLED',
  revoke: 'VK_REVOKED',
} as const;

/** A finished write to a key, before it is told to anybody. */
export interface VirtualKeyAct {
  readonly act: keyof typeof ACTS;
  readonly actor: Actor;
  readonly virtualKeyId: string;
  readonly occurredAtMs: number;
  /** The key before the act; absent when it was created. */
  readonly before?: VirtualKeyRecord;
  readonly reason?: string | null | undefined;
}

/**
 * Ends a write to a key: reads it back, writes the audit entry and the change event, and answers the key as it is now.
 *
 * Call it last in the transaction of the write (see `recordChange`).
 */
export async function concludeAct(database: DatabaseHandle, conclusion: VirtualKeyAct): Promise<VirtualKeyView> {
  const { act, actor, virtualKeyId } = conclusion;
  const record = await findVirtualKey(database, actor.organizationId, virtualKeyId);
  invariant(record !== undefined, 'a key that was just written can be read');
  const after = viewVirtualKey(record);
  await recordAudit(database, {
    actor,
    action: `virtual_key.${act}`,
    targetType: 'virtual_key',
    targetId: virtualKeyId,
    occurredAtMs: conclusion.occurredAtMs,
    reason: conclusion.reason,
    before: conclusion.before && viewVirtualKey(conclusion.before),
    after,
    changedSecrets: act === 'rotate' ? ['secret'] : [],
  });
  await recordChange(database, {
    organizationId: actor.organizationId,
    kind: ACTS[act],
    virtualKeyId,
    ...(after.trace_project_id === null ? {} : { projectId: after.trace_project_id }),
  });
  return after;
}
