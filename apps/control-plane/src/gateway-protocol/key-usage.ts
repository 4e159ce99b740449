import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import type { Database } from '../database/schema.js';
import type { StoredSecret } from '../secrets/key-secrets.js';

/** How often a key's last use is written down at most. */
const LAST_USED_INTERVAL_MS = 60_000;
/** Notes in flight at most; more are dropped, the next use of the key catches up. */
const NOTES_MAX = 100;

/** A key was resolved. */
export interface KeyUse {
  readonly virtualKeyId: string;
  readonly lastUsedAt: Date | null;
  /**
   * What to store in the place of what is there, because an outdated pepper made it or its digest is missing; `from` is
   * the hash that is there.
   */
  readonly restore?: { readonly column: 'current' | 'previous'; readonly from: string; readonly to: StoredSecret };
}

/** Writes down that keys were used, beside the answer and never in its way. */
@Injectable()
export class KeyUsage implements OnModuleDestroy {
  private readonly logger = new Logger(KeyUsage.name);
  private readonly inFlight = new Set<Promise<void>>();

  constructor(
    private readonly database: Kysely<Database>,
    private readonly clock: Clock,
  ) {}

  /** Notes a use and returns at once; a failure is logged and otherwise harmless. */
  note(use: KeyUse): void {
    const isRecent = use.lastUsedAt !== null && this.clock.now() - use.lastUsedAt.getTime() < LAST_USED_INTERVAL_MS;
    if ((isRecent && use.restore === undefined) || this.inFlight.size >= NOTES_MAX) return;
    const writing = this.write(use, isRecent)
      .catch((error: unknown) => this.logger.warn({ err: error, vk_id: use.virtualKeyId }, 'a use was not noted'))
      .finally(() => this.inFlight.delete(writing));
    this.inFlight.add(writing);
  }

  /** Resolves when everything noted so far is written. */
  async flush(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  async onModuleDestroy(): Promise<void> {
    await this.flush();
  }

  private async write({ virtualKeyId, restore }: KeyUse, isRecent: boolean): Promise<void> {
    if (!isRecent) {
      const now = this.clock.now();
      await this.database
        .updateTable('virtual_keys')
        .set({ last_used_at: new Date(now) })
        .where('id', '=', virtualKeyId)
        // Of several replicas, one writes.
        .where((column) =>
          column.or([
            column('last_used_at', 'is', null),
            column('last_used_at', '<=', new Date(now - LAST_USED_INTERVAL_MS)),
          ]),
        )
        .execute();
    }
    if (restore !== undefined) await this.restore(virtualKeyId, restore);
  }

  /** Conditional on the old hash, so that a rotation that happened meanwhile wins. */
  private async restore(virtualKeyId: string, { column, from, to }: NonNullable<KeyUse['restore']>): Promise<void> {
    const update = this.database.updateTable('virtual_keys').where('id', '=', virtualKeyId);
    await (
      column === 'current'
        ? update.set(to).where('secret_hash', '=', from)
        : update
            .set({
              previous_secret_hash: to.secret_hash,
              previous_pepper_version: to.pepper_version,
              previous_sealed_digest: to.sealed_digest,
              previous_digest_sealing_key_version: to.digest_sealing_key_version,
            })
            .where('previous_secret_hash', '=', from)
    ).execute();
  }
}
