import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import type { ChangeEvent } from '#gateway-protocol';
import type { Database, Row } from '../database/schema.js';
import { Alarm } from './alarm.js';
import { ChangeListener } from './change-listener.js';

/** What one reader of the feed wants. */
export interface FeedQuestion {
  readonly organizationId: string;
  /** The reader has everything up to this revision. */
  readonly since: bigint;
  /** How long to wait for something to happen. */
  readonly timeoutMs: number;
}

/** Changes in the order of their commits, or the revision that the reader is up to date with. */
export type FeedAnswer =
  | { readonly kind: 'changes'; readonly currentRevision: string; readonly changes: readonly ChangeEvent[] }
  | { readonly kind: 'nothing'; readonly revision: string };

/** Changes in one answer at most; the rest comes with the next. */
const CHANGES_MAX = 500;
/** Readers that wait at the same time at most. Each costs a little memory and, on a change, one query. */
const READERS_MAX = 2_000;
/** Even unheard, a change is found this late at most: a connection can die without telling anybody. */
const RECHECK_MS = 5_000;

/** The change feed of contract 3.7: answers at once when something has happened, else as soon as it does. */
@Injectable()
export class ChangeFeed implements OnModuleDestroy {
  private readonly closing = new AbortController();
  private readers = 0;

  constructor(
    private readonly database: Kysely<Database>,
    private readonly listener: ChangeListener,
    private readonly clock: Clock,
  ) {}

  /** How many readers are waiting or being answered. */
  get readerCount(): number {
    return this.readers;
  }

  /** Ends all waits, so that a shutdown need not outlast them: readers get "nothing" and ask the next replica. */
  onModuleDestroy(): void {
    this.closing.abort();
  }

  /**
   * Reads what happened after `since`. An abort of `signal` (the reader left) ends the wait.
   *
   * @returns `undefined` when too many readers wait already.
   */
  async read(question: FeedQuestion, signal: AbortSignal): Promise<FeedAnswer | undefined> {
    if (this.readers >= READERS_MAX) return undefined;
    const alarm = new Alarm();
    // Subscribed before the first look: what commits after the look rings.
    const unsubscribe = this.listener.subscribe('gateway_changes', (organizationId) => {
      if (organizationId === undefined || organizationId === question.organizationId) alarm.ring();
    });
    this.readers += 1;
    try {
      return await this.poll(question, alarm, AbortSignal.any([signal, this.closing.signal]));
    } finally {
      this.readers -= 1;
      unsubscribe();
    }
  }

  private async poll(question: FeedQuestion, alarm: Alarm, signal: AbortSignal): Promise<FeedAnswer> {
    const deadlineMs = this.clock.monotonicMs() + question.timeoutMs;
    for (;;) {
      const answer = await this.look(question);
      const remainingMs = deadlineMs - this.clock.monotonicMs();
      if (answer.kind === 'changes' || remainingMs <= 0 || signal.aborted) return answer;
      await alarm.wait(this.clock, Math.min(remainingMs, RECHECK_MS), signal);
    }
  }

  private async look({ organizationId, since }: FeedQuestion): Promise<FeedAnswer> {
    // The newest revision is read first: whatever commits in between is newer, and is found by the next look. It may
    // be older than `since` after a database was restored; answering it brings the reader back.
    const { newest } = await this.database
      .selectFrom('change_events')
      .select((build) => build.fn.max<bigint | null>('revision').as('newest'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirstOrThrow();
    if (newest === null || newest <= since) return { kind: 'nothing', revision: String(newest ?? 0n) };
    const rows = await this.database
      .selectFrom('change_events')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('revision', '>', since)
      .orderBy('revision')
      .limit(CHANGES_MAX)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return { kind: 'nothing', revision: newest.toString() };
    return { kind: 'changes', currentRevision: last.revision.toString(), changes: rows.map(toChangeEvent) };
  }
}

/** A change as it travels. */
export function toChangeEvent(row: Row<'change_events'>): ChangeEvent {
  return {
    kind: row.kind,
    virtual_key_id: row.virtual_key_id,
    budget_id: row.budget_id,
    model_provider_id: row.model_provider_id,
    project_id: row.project_id,
    revision: row.revision.toString(),
  };
}
