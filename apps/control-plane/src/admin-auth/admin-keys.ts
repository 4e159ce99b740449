import { createHash, timingSafeEqual } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';

import { Clock, Random } from '#kernel';

import { systemActor, type Actor } from '../audit/actor.js';
import { recordAudit } from '../audit/record-audit.js';
import type { Database } from '../database/schema.js';
import { RowIds } from '../ids/row-ids.js';
import { encodeSecret, SECRET_BYTES } from '../management/secret-text.js';

/** A fresh admin key. Its secret is not kept and cannot be shown again. */
export interface MintedAdminKey {
  readonly id: string;
  readonly secret: string;
}

const LABEL = 'ak-lw-';
const FORMAT = /^ak-lw-[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const SHOWN_CHARACTERS = 6;
/** A key that is used all the time writes its date this often. */
const LAST_USED_INTERVAL_MS = 60_000;

/** Keys to the management API. Each belongs to one organization and can do everything in it, and nothing outside. */
@Injectable()
export class AdminKeys {
  constructor(
    private readonly database: Kysely<Database>,
    private readonly ids: RowIds,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Makes a key, `ak-lw-` and 26 characters of 128 random bits. Only its SHA-256 is stored. */
  async mint(organizationId: string, name: string): Promise<MintedAdminKey> {
    const id = this.ids.create('ak');
    const secret = LABEL + encodeSecret(this.random.bytes(SECRET_BYTES));
    const display_prefix = secret.slice(0, LABEL.length + SHOWN_CHARACTERS);
    await this.database.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('admin_api_keys')
        .values({
          id,
          organization_id: organizationId,
          name,
          key_hash: hashKey(secret),
          display_prefix,
          created_at: new Date(this.clock.now()),
          last_used_at: null,
          revoked_at: null,
        })
        .execute();
      const after = { id, name, display_prefix };
      await recordAudit(transaction, { ...this.entry(organizationId, id, 'admin_api_key.mint'), after });
    });
    return { id, secret };
  }

  /** Ends a key at once. Answers false when the organization has no such key or it was revoked before. */
  async revoke(organizationId: string, id: string): Promise<boolean> {
    return this.database.transaction().execute(async (transaction) => {
      const revoked = await transaction
        .updateTable('admin_api_keys')
        .set({ revoked_at: new Date(this.clock.now()) })
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (revoked === undefined) return false;
      await recordAudit(transaction, this.entry(organizationId, id, 'admin_api_key.revoke'));
      return true;
    });
  }

  /** Who presents `secret`; undefined when it is malformed, unknown or revoked, which a caller cannot tell apart. */
  async authenticate(secret: string): Promise<Actor | undefined> {
    if (!FORMAT.test(secret)) return undefined;
    const hash = hashKey(secret);
    const key = await this.database
      .selectFrom('admin_api_keys')
      .select(['id', 'organization_id', 'key_hash', 'last_used_at'])
      .where('key_hash', '=', hash)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    // The index compares hashes, of which a stranger controls no bit; the last comparison leaks nothing either.
    if (key === undefined || !timingSafeEqual(Buffer.from(key.key_hash), Buffer.from(hash))) return undefined;
    await this.touch(key.id, key.last_used_at);
    return { organizationId: key.organization_id, type: 'admin_api_key', id: key.id };
  }

  private async touch(id: string, lastUsedAt: Date | null): Promise<void> {
    const nowMs = this.clock.now();
    if (lastUsedAt !== null && nowMs - lastUsedAt.getTime() < LAST_USED_INTERVAL_MS) return;
    await this.database
      .updateTable('admin_api_keys')
      .set({ last_used_at: new Date(nowMs) })
      .where('id', '=', id)
      .execute();
  }

  private entry(organizationId: string, id: string, action: string) {
    return {
      actor: systemActor(organizationId),
      action,
      targetType: 'admin_api_key',
      targetId: id,
      occurredAtMs: this.clock.now(),
    } as const;
  }
}

function hashKey(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
