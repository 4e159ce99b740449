import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Kysely, sql } from 'kysely';
import { Clock } from '#kernel';
import type { ChangeCursorsResponse } from '#gateway-protocol';
import type { Database, Row } from '../database/schema.js';
import { Alarm } from './alarm.js';
import { toChangeEvent } from './change-feed.js';
import { ChangeListener } from './change-listener.js';

/** What a reader of many feeds wants. */
export interface MultiplexedQuestion {
  /** Organization → the reader has everything of it up to this revision. */
  readonly cursors: ReadonlyMap<string, bigint>;
  /** How long to wait for something to happen. */
  readonly timeoutMs: number;
}

/** Organizations with news; never empty. */
export type MultiplexedNews = ChangeCursorsResponse['organizations'];

/** Changes of one organization in one answer at most, and of all together; the rest comes with the next. */
const CHANGES_PER_ORGANIZATION_MAX = 500;
const CHANGES_MAX = 5_000;
/** Readers that wait at the same time at most: one for each gateway. */
const READERS_MAX = 2_000;
/** Even unheard, a change is found this late at most: a connection can die without telling anybody. */
const RECHECK_MS = 5_000;

interface Position {
  readonly organization_id: string;
  readonly newest: bigint;
}

/** The change feeds of many organizations in one answer: as soon as something happens in any of them. */
@Injectable()
export class MultiplexedFeed implements OnModuleDestroy {
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
   * Reads what happened after the cursors. An abort of `signal` (the reader left) ends the wait.
   *
   * @returns `undefined` when nothing happened in time, and `too_many_readers` when too many wait already.
   */
  async read(
    question: MultiplexedQuestion,
    signal: AbortSignal,
  ): Promise<MultiplexedNews | 'too_many_readers' | undefined> {
    if (this.readers >= READERS_MAX) return 'too_many_readers';
    const ears = new Ears(question.cursors);
    // Subscribed before the first look: what commits after the look rings.
    const unsubscribe = this.listener.subscribe('gateway_changes', (organizationId) => ears.hear(organizationId));
    this.readers += 1;
    try {
      return await this.poll(question, ears, AbortSignal.any([signal, this.closing.signal]));
    } finally {
      this.readers -= 1;
      unsubscribe();
    }
  }

  private async poll(
    { cursors, timeoutMs }: MultiplexedQuestion,
    ears: Ears,
    signal: AbortSignal,
  ): Promise<MultiplexedNews | undefined> {
    const deadlineMs = this.clock.monotonicMs() + timeoutMs;
    let organizationIds: readonly string[] = [...cursors.keys()];
    for (;;) {
      const news = await this.look(cursors, organizationIds);
      if (news !== undefined) return news;
      const remainingMs = deadlineMs - this.clock.monotonicMs();
      if (remainingMs <= 0 || signal.aborted) return undefined;
      await ears.alarm.wait(this.clock, Math.min(remainingMs, RECHECK_MS), signal);
      // Only those that rang need a look; after a silence, all of them.
      organizationIds = ears.take();
    }
  }

  private async look(
    cursors: ReadonlyMap<string, bigint>,
    organizationIds: readonly string[],
  ): Promise<MultiplexedNews | undefined> {
    // The newest revisions are read first: whatever commits in between is newer, and is found by the next look.
    const positions = await this.readPositions(organizationIds);
    const behind = positions.filter(({ organization_id, newest }) => newest > (cursors.get(organization_id) ?? 0n));
    const ahead = positions.filter(({ organization_id, newest }) => newest < (cursors.get(organization_id) ?? 0n));
    if (behind.length === 0 && ahead.length === 0) return undefined;
    const changes = Map.groupBy(await this.readChanges(cursors, behind), (row) => row.organization_id);
    return Object.fromEntries([
      ...ahead.map(
        ({ organization_id, newest }) =>
          [organization_id, { current_revision: newest.toString(), changes: [] }] as const,
      ),
      ...[...changes].map(([organizationId, rows]) => [organizationId, newsOf(rows)] as const),
    ]);
  }

  private async readPositions(organizationIds: readonly string[]): Promise<readonly Position[]> {
    const { rows } = await sql<Position>`
      SELECT asked.organization_id,
        coalesce((SELECT max(revision) FROM change_events WHERE organization_id = asked.organization_id), 0) AS newest
      FROM unnest(${organizationIds}::text[]) AS asked (organization_id)`.execute(this.database);
    return rows;
  }

  private async readChanges(
    cursors: ReadonlyMap<string, bigint>,
    behind: readonly Position[],
  ): Promise<readonly Row<'change_events'>[]> {
    if (behind.length === 0) return [];
    const ids = behind.map(({ organization_id }) => organization_id);
    const { rows } = await sql<Row<'change_events'>>`
      SELECT events.* FROM unnest(
        ${ids}::text[], ${ids.map((id) => cursors.get(id) ?? 0n)}::bigint[]
      ) WITH ORDINALITY AS asked (organization_id, since, position)
      CROSS JOIN LATERAL (
        SELECT * FROM change_events
        WHERE change_events.organization_id = asked.organization_id AND revision > asked.since
        ORDER BY revision LIMIT ${CHANGES_PER_ORGANIZATION_MAX}
      ) AS events
      ORDER BY asked.position, events.revision
      LIMIT ${CHANGES_MAX}`.execute(this.database);
    return rows;
  }
}

/** Remembers which of the reader's organizations rang. */
class Ears {
  readonly alarm = new Alarm();
  private rang = new Set<string>();

  constructor(private readonly cursors: ReadonlyMap<string, bigint>) {}

  hear(organizationId: string | undefined): void {
    if (organizationId === undefined) this.rang = new Set(this.cursors.keys());
    else if (this.cursors.has(organizationId)) this.rang.add(organizationId);
    else return;
    this.alarm.ring();
  }

  /** Those that rang since the last call, or all when none did. */
  take(): readonly string[] {
    const rang = this.rang;
    this.rang = new Set();
    return rang.size > 0 ? [...rang] : [...this.cursors.keys()];
  }
}

function newsOf(rows: readonly Row<'change_events'>[]): MultiplexedNews[string] {
  return { current_revision: String(rows.at(-1)?.revision ?? 0n), changes: rows.map(toChangeEvent) };
}
