import { changeCursorsResponseSchema, ControlPlaneUnavailableError, type ControlPlaneClient } from '#gateway-protocol';
import type { Clock, Random } from '#kernel';
import type { ChangeAnswer, ChangePoll } from './change-source.js';
import { bodyOf, callFailure, unexpectedStatus } from './control-plane-answer.js';
import type { SourceFailure } from './key-source.js';

/** How much longer than the hold the shared poll may take before it counts as lost. */
const POLL_MARGIN_MS = 5_000;

/** How long polls are gathered before they are asked together. It delays what is asked, not what is answered. */
const GATHER_MS = 10;

/** How long a poll must have waited at least to be told that nothing happened: askers take a rest after less. */
const QUIET_AFTER_MS = 1_000;

const BACKOFF_BASE_MS = 500;
const BACKOFF_MAX_MS = 10_000;

/** Statuses of a control plane that does not know the shared poll, or does not take this one. */
const UNSUPPORTED_STATUSES: ReadonlySet<number> = new Set([400, 404, 405, 501]);

/** What a {@link ChangeLane} needs from outside. */
export interface ChangeLanePorts {
  readonly client: ControlPlaneClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Called when the control plane turns out not to support shared polls, before their askers are sent away. */
  readonly onUnsupported: () => void;
}

interface Waiter {
  readonly poll: ChangePoll;
  readonly joinedAtMs: number;
  readonly answer: (answer: ChangeAnswer) => void;
}

/**
 * One long poll for many organizations: whoever asks joins it, and it goes on for as long as anybody waits.
 *
 * A poll that joins while the call is under way ends that call, and all are asked again together. That is safe, because
 * the call changes nothing, and it makes each poll an acknowledgement at once.
 */
export class ChangeLane {
  private readonly waiters = new Map<string, Waiter>();
  private running = false;
  private asking: AbortController | undefined;
  private pausing: AbortController | undefined;
  private failures = 0;
  private notBeforeMs = 0;

  constructor(
    private readonly ports: ChangeLanePorts,
    private readonly organizationsMax: number,
  ) {}

  /** Whether another organization can join. */
  get hasRoom(): boolean {
    return this.waiters.size < this.organizationsMax;
  }

  /** Waits for news of one organization; there is one poll per organization at a time. */
  poll(poll: ChangePoll, signal: AbortSignal): Promise<ChangeAnswer> {
    const { promise, resolve } = Promise.withResolvers<ChangeAnswer>();
    const { organizationId } = poll;
    const answer = (value: ChangeAnswer): void => {
      signal.removeEventListener('abort', leave);
      // The organization may have left and asked again since.
      if (this.waiters.get(organizationId) === waiter) this.waiters.delete(organizationId);
      resolve(value);
    };
    const leave = (): void => {
      answer(AGAIN);
      if (this.waiters.size > 0) return;
      this.asking?.abort();
      this.pausing?.abort();
    };
    const waiter: Waiter = { poll, joinedAtMs: this.ports.clock.monotonicMs(), answer };
    this.waiters.set(organizationId, waiter);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    if (this.running) this.asking?.abort();
    else void this.run();
    return promise;
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiters.size > 0) {
      await this.gather();
      if (this.waiters.size > 0) await this.ask(new Map(this.waiters));
    }
    this.running = false;
  }

  private async gather(): Promise<void> {
    const { clock } = this.ports;
    this.pausing = new AbortController();
    const durationMs = Math.max(GATHER_MS, this.notBeforeMs - clock.monotonicMs());
    await clock.sleep(durationMs, this.pausing.signal).catch(() => undefined);
    this.pausing = undefined;
  }

  private async ask(asked: ReadonlyMap<string, Waiter>): Promise<void> {
    const waiters = [...asked.values()];
    const timeoutSeconds = Math.max(...waiters.map(({ poll }) => poll.timeoutSeconds));
    const cursors = Object.fromEntries(waiters.map(({ poll }) => [poll.organizationId, poll.since]));
    const asking = new AbortController();
    this.asking = asking;
    try {
      const answer = await this.ports.client.request({
        method: 'POST',
        path: '/changes',
        body: JSON.stringify({ cursors, timeout_s: timeoutSeconds }),
        timeoutMs: timeoutSeconds * 1000 + POLL_MARGIN_MS,
        signal: asking.signal,
      });
      this.asking = undefined;
      if (UNSUPPORTED_STATUSES.has(answer.status)) return this.sendAway(waiters);
      if (answer.status === 204) return this.tell(waiters, {});
      if (answer.status !== 200) return this.fail(waiters, unexpectedStatus(answer));
      const body = bodyOf(answer, changeCursorsResponseSchema);
      if (body.ok) this.tell(waiters, body.value.organizations);
      else this.fail(waiters, body.failure);
    } catch (cause) {
      this.asking = undefined;
      // Ended by a poll that joined, or by the last that left.
      if (asking.signal.aborted) return;
      // News of so many organizations at once fit into no answer; one by one they do.
      if (cause instanceof ControlPlaneUnavailableError && cause.kind === 'response_too_large') this.sendAway(waiters);
      else this.fail(waiters, callFailure(cause, asking.signal));
    }
  }

  private tell(waiters: readonly Waiter[], news: Readonly<Record<string, News>>): void {
    this.failures = 0;
    const nowMs = this.ports.clock.monotonicMs();
    for (const { poll, joinedAtMs, answer } of waiters) {
      const own = news[poll.organizationId];
      if (own !== undefined) answer(readNews(own));
      else if (nowMs - joinedAtMs >= QUIET_AFTER_MS) answer(QUIET);
    }
  }

  private fail(waiters: readonly Waiter[], failure: SourceFailure): void {
    const { clock, random } = this.ports;
    const longestMs = Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** Math.min(this.failures, 20));
    this.failures += 1;
    this.notBeforeMs = clock.monotonicMs() + longestMs * (0.5 + random.next() / 2);
    for (const { answer } of waiters) answer({ kind: 'unavailable', failure });
  }

  private sendAway(waiters: readonly Waiter[]): void {
    this.ports.onUnsupported();
    for (const { answer } of waiters) answer(AGAIN);
  }
}

interface News {
  readonly current_revision: string;
  readonly changes: Extract<ChangeAnswer, { kind: 'changes' }>['changes'];
}

const AGAIN: ChangeAnswer = { kind: 'again' };
const QUIET: ChangeAnswer = { kind: 'quiet', cursor: undefined };

/** A revision as it travels: decimal digits that fit 64 bits. */
const REVISION = /^\d{1,19}$/;

function readNews({ current_revision: cursor, changes }: News): ChangeAnswer {
  if (!REVISION.test(cursor)) {
    return { kind: 'unavailable', failure: { kind: 'bad_answer', detail: 'the revision is not a decimal number' } };
  }
  // No changes, but a revision: the cursor was ahead of the feed.
  return changes.length === 0 ? { kind: 'quiet', cursor } : { kind: 'changes', cursor, changes };
}
