import type { Actor } from '../audit/actor.js';
import type { DatabaseHandle } from '../database/database.js';
import { apiError } from '../errors/api-error.js';
import { lockVirtualKey, type VirtualKeyRecord } from './virtual-key.repository.js';

/** Holds a key of the actor's organization for writing. Throws 404 `not_found`. */
export async function requireKey(transaction: DatabaseHandle, actor: Actor, id: string): Promise<VirtualKeyRecord> {
  const record = await lockVirtualKey(transaction, actor.organizationId, id);
  if (record === undefined) throw apiError('not_found');
  return record;
}

/** Like {@link requireKey}, and throws 409 `virtual_key_revoked` for a key that is revoked. */
export async function requireLiveKey(transaction: DatabaseHandle, actor: Actor, id: string): Promise<VirtualKeyRecord> {
  const record = await requireKey(transaction, actor, id);
  if (record.row.status === 'revoked') throw apiError('virtual_key_revoked');
  return record;
}
