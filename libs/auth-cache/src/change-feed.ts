import { invariant, type Clock, type Random } from '#kernel';
import type { ChangeAnswer, ChangeNews, ChangeSource } from './change-source.js';
import { FeedCursor } from './feed-cursor.js';
import type { FeedHealth } from './feed-health.js';
import { Flight } from './flight.js';
import type { KeyCacheEvents } from './key-cache-events.js';
import type { KeyCache } from './key-cache.js';
import type { SourceFailure } from './key-source.js';
import { Slots } from './slots.js';

/** What a {@link ChangeFeed} needs from outside. */
export interface ChangeFeedPorts {
  readonly source: ChangeSource;
  readonly cache: KeyCache;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: KeyCacheEvents;
  /** Is told which organizations are heard of; the key cache that shares it checks keys more closely when they are not. */
  readonly health?: FeedHealth | undefined;
}

/** Limits and times of a {@link ChangeFeed}; every field has a default. */
export interface ChangeFeedOptions {
  /** Polls in progress at most, over all organizations. Default 50. */
  readonly concurrentPollsMax: number;
  /** Seconds that a poll waits for news; shorter when organizations have to take turns. Default 10. */
  readonly pollHoldSeconds: number;
  /** How often newly active organizations are looked for. Default 500. */
  readonly scanIntervalMs: number;
  /** The longest pause after a failed poll; it doubles from one second. Default 10,000. */
  readonly backoffMaxMs: number;
}

/** Counters since the start and sizes of now. */
export interface ChangeFeedStats {
  /** Organizations followed. */
  readonly organizations: number;
  readonly polls: number;
  readonly failedPolls: number;
  readonly changes: number;
}

/** The values of options that are not given. */
export const CHANGE_FEED_DEFAULTS: ChangeFeedOptions = Object.freeze({
  concurrentPollsMax: 50,
  pollHoldSeconds: 10,
  scanIntervalMs: 500,
  backoffMaxMs: 10_000,
});

const BACKOFF_BASE_MS = 1_000;

/** The least time between two polls of an organization that has no news, also when the control plane does not wait. */
const QUIET_INTERVAL_MS = 1_000;

/**
 * How long an organization is followed after its last key has left. The revocation that made it leave is acknowledged by
 * the poll after it, and somebody may be waiting for that.
 */
const LINGER_MS = 5_000;

/** How long past its hold a poll may run, for a source that does not keep its own time. */
const POLL_GRACE_MS = 6_000;

/** How long a healthy feed can be silent: a whole poll, and the pause before the next. */
export function feedSilenceMaxMs(pollHoldSeconds: number): number {
  return pollHoldSeconds * 1000 + POLL_GRACE_MS + QUIET_INTERVAL_MS;
}

/**
 * Follows the change feed of every organization whose keys are held, side by side, and applies it to a key cache.
 *
 * An organization is followed from its first entry to its last, so that what is not held costs nothing.
 */
export class ChangeFeed {
  private readonly options: ChangeFeedOptions;
  private readonly slots: Slots;
  private readonly followers = new Map<string, Follower>();
  private readonly startRevisions = new Map<string, string>();
  private readonly reportedFailures = new WeakSet<SourceFailure>();
  private readonly stopping = new AbortController();
  private scanning: Promise<void> | undefined;
  private polls = 0;
  private failedPolls = 0;
  private changes = 0;

  constructor(
    private readonly ports: ChangeFeedPorts,
    options: Partial<ChangeFeedOptions> = {},
  ) {
    this.options = { ...CHANGE_FEED_DEFAULTS, ...options };
    const { concurrentPollsMax, pollHoldSeconds, scanIntervalMs, backoffMaxMs } = this.options;
    invariant(Number.isSafeInteger(concurrentPollsMax) && concurrentPollsMax > 0, 'at least one poll must be allowed');
    invariant(pollHoldSeconds >= 1 && pollHoldSeconds <= 25, 'a poll holds for 1 to 25 seconds');
    invariant(scanIntervalMs > 0 && backoffMaxMs > 0, 'intervals must be positive');
    this.slots = new Slots(concurrentPollsMax);
  }

  /** Begins to follow; returns at once. A feed starts once. */
  start(): void {
    invariant(this.scanning === undefined, 'a change feed starts once');
    this.scanning = this.scan();
  }

  /**
   * Follows an organization from a known revision once it becomes active: for whoever is about to fill the cache with
   * keys that are at least as new. Without effect when it is followed already; of two revisions the first counts.
   */
  startAt(organizationId: string, revision: string): void {
    if (this.followers.has(organizationId) || this.startRevisions.has(organizationId)) return;
    this.startRevisions.set(organizationId, revision);
  }

  /** Follows the organizations that have become active, and forgets the revisions of those that have not. */
  settleStarts(): void {
    if (this.scanning !== undefined && !this.stopping.signal.aborted) this.followActive();
    this.startRevisions.clear();
  }

  /** Ends every poll and wait at once; resolves when nothing of the feed runs any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.scanning;
    const followers = [...this.followers.values()];
    for (const follower of followers) follower.stop.abort();
    await Promise.all(followers.map((follower) => follower.ended));
  }

  /** A snapshot for metrics; cheap. */
  stats(): ChangeFeedStats {
    const { polls, failedPolls, changes } = this;
    return { organizations: this.followers.size, polls, failedPolls, changes };
  }

  private async scan(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.followActive();
      await this.pause(this.options.scanIntervalMs, signal);
    }
  }

  private followActive(): void {
    const { cache, clock } = this.ports;
    const nowMs = clock.monotonicMs();
    for (const [organizationId, follower] of this.followers) {
      if (cache.isActive(organizationId)) follower.activeAtMs = nowMs;
      if (nowMs - follower.activeAtMs < LINGER_MS) continue;
      follower.stop.abort();
      this.followers.delete(organizationId);
      this.ports.health?.lost(organizationId);
    }
    for (const organizationId of cache.activeOrganizations) {
      if (this.followers.has(organizationId)) continue;
      const stop = new AbortController();
      const cursor = new FeedCursor(this.startRevisions.get(organizationId));
      this.startRevisions.delete(organizationId);
      const ended = this.follow(organizationId, cursor, stop.signal);
      this.followers.set(organizationId, { stop, ended, activeAtMs: nowMs });
    }
  }

  private async follow(organizationId: string, cursor: FeedCursor, signal: AbortSignal): Promise<void> {
    const { health } = this.ports;
    let failures = 0;
    while (!signal.aborted) {
      const startedAtMs = this.ports.clock.monotonicMs();
      const answer = await this.poll(organizationId, cursor, signal);
      if (signal.aborted) return;
      if (answer.kind === 'again') continue;
      if (answer.kind === 'unavailable') {
        health?.lost(organizationId);
        failures += 1;
        await this.pause(this.reportFailure(organizationId, answer.failure, failures), signal);
        continue;
      }
      failures = 0;
      const progressed = this.apply(organizationId, cursor, answer);
      health?.heard(organizationId);
      const tookMs = this.ports.clock.monotonicMs() - startedAtMs;
      if (!progressed) await this.pause(QUIET_INTERVAL_MS - tookMs, signal);
    }
  }

  private async poll(organizationId: string, cursor: FeedCursor, signal: AbortSignal): Promise<ChangeAnswer> {
    const { source, clock } = this.ports;
    const takesSlot = !source.sharesConnections;
    try {
      if (takesSlot) await this.slots.acquire(signal);
    } catch {
      return cutShort();
    }
    const timeoutSeconds = cursor.isSeeking ? 1 : this.holdSeconds(takesSlot);
    const flight = new Flight(clock, timeoutSeconds * 1000 + POLL_GRACE_MS);
    const cut = (): void => flight.cut();
    signal.addEventListener('abort', cut, { once: true });
    try {
      this.polls += 1;
      const poll = { organizationId, since: cursor.since, timeoutSeconds };
      return await flight.run((flightSignal) => source.poll(poll, flightSignal), cutShort);
    } catch (cause) {
      return { kind: 'unavailable', failure: { kind: 'transport', detail: 'polling for changes failed', cause } };
    } finally {
      signal.removeEventListener('abort', cut);
      if (takesSlot) this.slots.release();
    }
  }

  private apply(organizationId: string, cursor: FeedCursor, answer: ChangeNews): boolean {
    const step = cursor.advance(answer);
    for (const change of step.changes) this.ports.cache.invalidate(change, organizationId);
    this.changes += step.changes.length;
    if (step.revalidate) this.ports.cache.revalidateOrganization(organizationId);
    return step.progressed;
  }

  private reportFailure(organizationId: string, failure: SourceFailure, failures: number): number {
    const { random, events } = this.ports;
    const longestMs = Math.min(this.options.backoffMaxMs, BACKOFF_BASE_MS * 2 ** Math.min(failures - 1, 20));
    // At least half of the pause stays, so that many organizations neither poll in step nor without rest.
    const retryInMs = longestMs * (0.5 + random.next() / 2);
    this.failedPolls += 1;
    // Polls that share a connection fail as one, and are reported as one.
    if (this.reportedFailures.has(failure)) return retryInMs;
    this.reportedFailures.add(failure);
    if (failure.kind === 'secret_refused') events.record({ kind: 'control_plane_secret_refused', failure });
    events.record({ kind: 'change_feed_poll_failed', organizationId, failure, retryInMs });
    return retryInMs;
  }

  /** With more organizations than polls, each holds its place for less long, so that all come round in time. */
  private holdSeconds(takesSlot: boolean): number {
    const { pollHoldSeconds, concurrentPollsMax } = this.options;
    if (!takesSlot) return pollHoldSeconds;
    const shareSeconds = Math.floor((pollHoldSeconds * concurrentPollsMax) / this.followers.size);
    return Math.max(1, Math.min(pollHoldSeconds, shareSeconds));
  }

  private async pause(durationMs: number, signal: AbortSignal): Promise<void> {
    if (durationMs <= 0 || signal.aborted) return;
    try {
      await this.ports.clock.sleep(durationMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

interface Follower {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  /** When a key of the organization was last seen to be held, monotonic. */
  activeAtMs: number;
}

function cutShort(): ChangeAnswer {
  const detail = 'the poll was cut short by its time limit or by shutdown';
  return { kind: 'unavailable', failure: { kind: 'timeout', detail } };
}
