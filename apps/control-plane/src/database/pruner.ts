import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '#kernel';

const PRUNE_INTERVAL_MS = 3_600_000;
/** Rows deleted in one statement, so that none takes long. */
const PRUNE_ROWS = 5_000;

/** Deletes what is too old of one table, every hour. */
export abstract class Pruner implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(Pruner.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(protected readonly clock: Clock) {}

  /** The table, for the log. */
  protected abstract readonly table: string;
  /** How old rows get, in milliseconds. */
  protected abstract readonly keepMs: number;

  /** Deletes up to `rowsMax` rows from before `before`, and answers how many. */
  protected abstract deleteSome(before: Date, rowsMax: number): Promise<bigint>;

  onModuleInit(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /**
   * Deletes everything that is too old now.
   *
   * @returns How many rows were deleted.
   */
  async prune(): Promise<number> {
    const before = new Date(this.clock.now() - this.keepMs);
    for (let total = 0; ;) {
      const deleted = Number(await this.deleteSome(before, PRUNE_ROWS));
      total += deleted;
      if (deleted < PRUNE_ROWS) return total;
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.clock.sleep(PRUNE_INTERVAL_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.prune().catch((error: unknown) =>
        this.logger.warn({ err: error, table: this.table }, 'old rows were not deleted'),
      );
    }
  }
}
