import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import { recordChange } from '../change-events/record-change.js';
import type { Database } from '../database/schema.js';

/** How often a project's gateways are told at most that a budget moved (contract 4.6). */
const INTERVAL_MS = 10_000;
/** How often marks are looked for; it delays an announcement by this much at most. */
const SWEEP_INTERVAL_MS = 1_000;
/** Projects announced in one sweep at most; the rest waits for the next. */
const SWEEP_MAX = 200;

/**
 * Tells gateways that debits moved a budget, at most once per ten seconds and project over all replicas, and once more
 * after the last debit.
 *
 * Debits only leave a mark, so that batches of spend never wait for the change feed's lock.
 */
@Injectable()
export class BudgetAnnouncer implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(BudgetAnnouncer.name);
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
   * Announces what is due.
   *
   * @returns How many projects were announced.
   */
  async sweep(): Promise<number> {
    return this.database.transaction().execute(async (transaction) => {
      const due = await transaction
        .selectFrom('budget_notices')
        .selectAll()
        .where('pending', '=', true)
        .where('announced_at', '<=', new Date(this.clock.now() - INTERVAL_MS))
        .orderBy('announced_at')
        .limit(SWEEP_MAX)
        // What another replica is announcing right now is not ours to do.
        .forUpdate()
        .skipLocked()
        .execute();
      if (due.length === 0) return 0;
      await transaction
        .updateTable('budget_notices')
        .set({ pending: false, announced_at: new Date(this.clock.now()) })
        .where(
          'project_id',
          'in',
          due.map((notice) => notice.project_id),
        )
        .execute();
      // In one order of organizations, because each event takes its organization's lock.
      for (const notice of due.toSorted((left, right) => (left.organization_id < right.organization_id ? -1 : 1))) {
        await recordChange(transaction, {
          organizationId: notice.organization_id,
          kind: 'BUDGET_UPDATED',
          budgetId: notice.budget_id,
          projectId: notice.project_id,
        });
      }
      return due.length;
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.sweep();
      } catch (error) {
        this.logger.warn({ err: error }, 'budget changes were not announced, will try again');
      }
      await this.clock.sleep(SWEEP_INTERVAL_MS, signal).catch(() => undefined);
    }
  }
}
