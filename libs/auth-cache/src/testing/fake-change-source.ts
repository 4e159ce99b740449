import type { ChangeEvent } from '#gateway-protocol';
import type { Clock } from '#kernel';
import { ChangeSource, type ChangeAnswer, type ChangePoll } from '../change-source.js';

/** How the fake feed answers when it is not failing. */
export type FakeFeedMode = 'up' | 'down' | 'hang' | 'never_waits' | 'stuck_cursor';

const PAGE_EVENTS_MAX = 500;

/** A change feed in memory: a log per organization, long polls, and the ways in which control planes differ or fail. */
export class FakeChangeSource extends ChangeSource {
  mode: FakeFeedMode = 'up';
  /** Whether a 204 names the current revision, the question's own, or none. */
  quietCursor: 'current' | 'echo' | 'absent' = 'current';
  readonly polls: ChangePoll[] = [];
  inFlight = 0;
  maxInFlight = 0;
  private readonly logs = new Map<string, ChangeEvent[]>();
  private readonly wakers = new Set<() => void>();

  constructor(private readonly clock: Clock) {
    super();
  }

  /** Appends a change; polls that wait for its organization are answered. */
  publish(organizationId: string, kind: string, ids: Partial<ChangeEvent> = {}): void {
    const log = this.log(organizationId);
    log.push({ kind, revision: String(log.length + 1), ...ids });
    for (const wake of this.wakers) wake();
  }

  /** Loses all history, as a restored database does. */
  reset(): void {
    this.logs.clear();
  }

  override async poll(poll: ChangePoll, signal: AbortSignal): Promise<ChangeAnswer> {
    this.polls.push(poll);
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    try {
      if (this.mode === 'hang') await new Promise(() => {});
      if (this.mode === 'down') return { kind: 'unavailable', failure: { kind: 'transport', detail: 'down' } };
      return await this.answer(poll, signal);
    } finally {
      this.inFlight -= 1;
    }
  }

  private async answer(poll: ChangePoll, signal: AbortSignal): Promise<ChangeAnswer> {
    if (this.pending(poll).length === 0 && this.mode !== 'never_waits') await this.hold(poll, signal);
    const changes = this.pending(poll);
    const last = changes.at(-1)?.revision;
    if (last === undefined) return { kind: 'quiet', cursor: this.cursorOfQuiet(poll) };
    return { kind: 'changes', cursor: this.mode === 'stuck_cursor' ? poll.since : last, changes };
  }

  private async hold(poll: ChangePoll, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = (): void => {
      if (this.pending(poll).length > 0) woken.abort();
    };
    this.wakers.add(wake);
    try {
      await this.clock.sleep(poll.timeoutSeconds * 1000, AbortSignal.any([signal, woken.signal]));
    } catch (error) {
      if (!woken.signal.aborted) throw error;
    } finally {
      this.wakers.delete(wake);
    }
  }

  private pending(poll: ChangePoll): ChangeEvent[] {
    const since = Number(poll.since);
    return this.log(poll.organizationId)
      .filter((change) => Number(change.revision) > since)
      .slice(0, PAGE_EVENTS_MAX);
  }

  private cursorOfQuiet(poll: ChangePoll): string | undefined {
    if (this.quietCursor === 'absent') return undefined;
    return this.quietCursor === 'echo' ? poll.since : String(this.log(poll.organizationId).length);
  }

  private log(organizationId: string): ChangeEvent[] {
    let log = this.logs.get(organizationId);
    if (log === undefined) this.logs.set(organizationId, (log = []));
    return log;
  }
}
