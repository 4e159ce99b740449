import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import type { Database } from '../database/schema.js';

/** How long changes are kept. No gateway holds anything older than six hours, so none needs to hear of them later. */
const KEEP_MS = 7 * 24 * 3_600_000;
const PRUNE_INTERVAL_MS = 3_600_000;
/** Rows deleted in one statement, so that none takes long. */
const PRUNE_ROWS = 5_000;

/** Forgets old changes, so that the feed stays small. */
@Injectable()
export class ChangePruner implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(ChangePruner.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly database: Kysely<Database>,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /**
   * Deletes what is older than a week.
   *
   * @returns How many changes were deleted.
   */
  async prune(): Promise<number> {
    for (let total = 0; ;) {
      const deleted = await this.pruneSome();
      total += deleted;
      if (deleted < PRUNE_ROWS) return total;
    }
  }

  private async pruneSome(): Promise<number> {
    const result = await this.database
      .deleteFrom('change_events')
      .where('revision', 'in', (build) =>
        build
          .selectFrom('change_events')
          .select('revision')
          .where('created_at', '<', new Date(this.clock.now() - KEEP_MS))
          .limit(PRUNE_ROWS),
      )
      .executeTakeFirst();
    return Number(result.numDeletedRows);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.clock.sleep(PRUNE_INTERVAL_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.prune().catch((error: unknown) => this.logger.warn({ err: error }, 'old changes were not deleted'));
    }
  }
}
