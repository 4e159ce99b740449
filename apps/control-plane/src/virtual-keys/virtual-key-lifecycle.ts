import { Injectable } from '@nestjs/common';

import { Clock, Random } from '#kernel';

import type { Actor } from '../audit/actor.js';
import type { DatabaseHandle } from '../database/database.js';
import { KeySecrets } from '../secrets/key-secrets.js';
import { mintKey, type KeyEnvironment } from './mint-key.js';
import { OwnBudget } from './own-budget.js';
import { requireKey, requireLiveKey } from './require-live-key.js';
import type { KeyWithSecret } from './virtual-key-creation.js';
import { concludeAct } from './virtual-key-log.js';
import { changeVirtualKey } from './virtual-key.repository.js';
import type { VirtualKeyView } from './virtual-key.schema.js';
import { viewVirtualKey } from './virtual-key.view.js';

/** How long the secret before a rotation is accepted beside the new one. */
export const ROTATION_GRACE_MS = 24 * 60 * 60 * 1000;

/** Rotates, disables, enables and revokes virtual keys; each method works in the caller's transaction. */
@Injectable()
export class VirtualKeyLifecycle {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly secrets: KeySecrets,
    private readonly ownBudget: OwnBudget,
  ) {}

  /** Gives the key a new secret. The old one works for another 24 hours; one that was still in grace ends at once. */
  async rotate(transaction: DatabaseHandle, actor: Actor, id: string): Promise<KeyWithSecret> {
    const before = await requireLiveKey(transaction, actor, id);
    const nowMs = this.clock.now();
    const { secret, displayPrefix } = mintKey(environmentOf(before.row.display_prefix), this.random);
    await changeVirtualKey(transaction, actor.organizationId, id, {
      ...this.secrets.store(secret, id),
      display_prefix: displayPrefix,
      previous_secret_hash: before.row.secret_hash,
      previous_pepper_version: before.row.pepper_version,
      previous_secret_expires_at: new Date(nowMs + ROTATION_GRACE_MS),
      previous_sealed_digest: before.row.sealed_digest,
      previous_digest_sealing_key_version: before.row.digest_sealing_key_version,
      updated_at: new Date(nowMs),
    });
    const act = { act: 'rotate', actor, virtualKeyId: id, occurredAtMs: nowMs, before } as const;
    return { virtual_key: await concludeAct(transaction, act), secret };
  }

  /** Refuses the key's requests until it is enabled again. Its secret, scopes and budgets stay. Idempotent. */
  async disable(transaction: DatabaseHandle, actor: Actor, id: string, reason: string | null): Promise<VirtualKeyView> {
    const before = await requireLiveKey(transaction, actor, id);
    if (before.row.status === 'disabled') return viewVirtualKey(before);
    const nowMs = this.clock.now();
    await changeVirtualKey(transaction, actor.organizationId, id, {
      status: 'disabled',
      disabled_reason: reason,
      updated_at: new Date(nowMs),
    });
    return concludeAct(transaction, { act: 'disable', actor, virtualKeyId: id, occurredAtMs: nowMs, before, reason });
  }

  /** Lets a disabled key work again, with the secret it had. Idempotent. */
  async enable(transaction: DatabaseHandle, actor: Actor, id: string): Promise<VirtualKeyView> {
    const before = await requireLiveKey(transaction, actor, id);
    if (before.row.status === 'active') return viewVirtualKey(before);
    const nowMs = this.clock.now();
    await changeVirtualKey(transaction, actor.organizationId, id, {
      status: 'active',
      disabled_reason: null,
      updated_at: new Date(nowMs),
    });
    return concludeAct(transaction, { act: 'enable', actor, virtualKeyId: id, occurredAtMs: nowMs, before });
  }

  /** Ends the key for good, old secrets included, and archives its own budgets. Idempotent. */
  async revoke(transaction: DatabaseHandle, actor: Actor, id: string): Promise<VirtualKeyView> {
    const before = await requireKey(transaction, actor, id);
    if (before.row.status === 'revoked') return viewVirtualKey(before);
    const nowMs = this.clock.now();
    await changeVirtualKey(transaction, actor.organizationId, id, {
      status: 'revoked',
      revoked_at: new Date(nowMs),
      previous_secret_hash: null,
      previous_pepper_version: null,
      previous_secret_expires_at: null,
      previous_sealed_digest: null,
      previous_digest_sealing_key_version: null,
      updated_at: new Date(nowMs),
    });
    await this.ownBudget.archiveAll(transaction, actor, id);
    return concludeAct(transaction, { act: 'revoke', actor, virtualKeyId: id, occurredAtMs: nowMs, before });
  }
}

function environmentOf(displayPrefix: string): KeyEnvironment {
  return displayPrefix.startsWith('vk-lw-test_') ? 'test' : 'live';
}
