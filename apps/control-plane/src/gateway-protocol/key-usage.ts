import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import type { Database } from '../database/schema.js';
import type { HashedSecret } from '../secrets/key-hasher.js';

/** How often a key's last use is written down at most. */
const LAST_USED_INTERVAL_MS = 60_000;
/** Notes in flight at most; more are dropped, the next use of the key catches up. */
const NOTES_MAX = 100;

/** A key was resolved. */
export interface KeyUse {
  readonly virtualKeyId: string;
  readonly lastUsedAt: Date | null;
  /** The stored hash that an outdated pepper made, and what to store in its place. */
  readonly rehash?: { readonly column: 'current' | 'previous'; readonly from: string; readonly to: HashedSecret };
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
    if ((isRecent && use.rehash === undefined) || this.inFlight.size >= NOTES_MAX) return;
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

  private async write({ virtualKeyId, rehash }: KeyUse, isRecent: boolean): Promise<void> {
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
    if (rehash !== undefined) await this.rehash(virtualKeyId, rehash);
  }

  /** Conditional on the old hash, so that a rotation that happened meanwhile wins. */
  private async rehash(virtualKeyId: string, { column, from, to }: NonNullable<KeyUse['rehash']>): Promise<void> {
    const update = this.database.updateTable('virtual_keys').where('id', '=', virtualKeyId);
    await (
      column === 'current'
        ? update.set({ secret_hash: to.hash, pepper_version: to.pepperVersion }).where('secret_hash', '=', from)
        : update
            .set({ previous_secret_hash: to.hash, previous_pepper_version: to.pepperVersion })
            .where('previous_secret_hash', '=', from)
    ).execute();
  }
}
