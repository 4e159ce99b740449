import type { BootstrapEntry, ChangeEvent } from '#gateway-protocol';
import type { Clock, Random } from '#kernel';
import { preload, type Preloaded, type PreloadMoment } from './bootstrap/preload.js';
import type { CacheEntry } from './cache-entry.js';
import { ChangeInvalidation } from './change-invalidation.js';
import { ChangeMarks } from './change-marks.js';
import { EntryOutcomes, type KeyCacheParts } from './entry-outcomes.js';
import { EntrySchedule } from './entry-schedule.js';
import { EntryStore } from './entry-store.js';
import type { FeedHealth } from './feed-health.js';
import type { KeyCacheEvents } from './key-cache-events.js';
import { completeKeyCacheOptions, type KeyCacheOptions } from './key-cache-options.js';
import { digestKey, PRESENTED_KEY_LENGTH_MAX } from './key-digest.js';
import { KeyLoader } from './key-loader.js';
import { KeyRefresher } from './key-refresher.js';
import type { KeySource } from './key-source.js';
import { ChangeSpread } from './l2/change-spread.js';
import type { SharedKeyStore } from './l2/shared-key-store.js';
import { SharedKeys, type SharedKeysParts, type SharedKeysStats } from './l2/shared-keys.js';
import { denyKey, type Resolution } from './resolution.js';
import { UnknownKeys } from './unknown-keys.js';

/** What a {@link KeyCache} needs from outside. */
export interface KeyCachePorts {
  readonly source: KeySource;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: KeyCacheEvents;
  /**
   * Whether changes are heard of. While those of an organization are not, a configuration past its time to live is
   * checked before it is served, not after. Absent: changes are taken to be heard.
   */
  readonly feedHealth?: FeedHealth | undefined;
  /** The second level, shared by replicas. Absent: memory is all there is. */
  readonly shared?: SharedKeyStore | undefined;
}

/** Counters since the start and sizes of now. `lookups` is `hits` + `misses`. */
export interface KeyCacheStats {
  readonly lookups: number;
  /** Served at once from a fresh entry. */
  readonly hits: number;
  readonly misses: number;
  /** Refused at once because the control plane said moments ago that it does not know the key; also a miss. */
  readonly negativeHits: number;
  /** Served past the soft expiry because the control plane could not be asked. */
  readonly staleServes: number;
  /** Entries that had to make room for others. */
  readonly overflows: number;
  readonly entries: number;
  readonly maxEntries: number;
  readonly negativeEntries: number;
  readonly organizations: number;
  /** Questions to the control plane in progress. */
  readonly flights: number;
  /** Counters of the second level, when there is one. */
  readonly shared: SharedKeysStats | undefined;
}

/**
 * Resolves presented virtual keys to bundles from memory, and asks the control plane only when it must.
 *
 * A warm key costs one SHA-256 and two map reads, and answers synchronously.
 */
export class KeyCache {
  private readonly parts: KeyCacheParts;
  private readonly outcomes: EntryOutcomes;
  private readonly refresher: KeyRefresher;
  private readonly invalidation: ChangeInvalidation;
  private lookups = 0;
  private hits = 0;
  private negativeHits = 0;

  /** @throws {InvariantError} when an option could not work. */
  constructor(ports: KeyCachePorts, options: Partial<KeyCacheOptions> = {}) {
    const complete = completeKeyCacheOptions(options);
    const { clock, random, events, source } = ports;
    const parts = {
      clock,
      events,
      options: complete,
      store: new EntryStore(complete.maxEntries),
      unknownKeys: new UnknownKeys(clock, complete.negativeTtlMs, complete.negativeMaxEntries),
      marks: new ChangeMarks(),
      schedule: new EntrySchedule(clock, random, complete),
      feedHealth: ports.feedHealth,
    };
    this.parts = { ...parts, ...this.openSecondLevel(parts, ports.shared) };
    this.outcomes = new EntryOutcomes(this.parts);
    this.invalidation = new ChangeInvalidation(this.parts);
    this.refresher = new KeyRefresher(this.parts, new KeyLoader(source, events), this.outcomes);
  }

  /**
   * Says what a presented key may do. Synchronous for a warm key, a promise when the control plane must be asked.
   *
   * Never rejects for trouble of the control plane: that is the denial `auth_upstream_unavailable`.
   */
  resolve(presentedKey: string): Resolution | Promise<Resolution> {
    this.lookups += 1;
    if (presentedKey.length === 0 || presentedKey.length > PRESENTED_KEY_LENGTH_MAX) {
      return denyKey('invalid_api_key');
    }
    const answer = this.decide(presentedKey, digestKey(presentedKey));
    if (!(answer instanceof Promise) && answer.ok) this.hits += 1;
    return answer;
  }

  /**
   * Applies an event of the change feed of an organization to the entries that it concerns.
   *
   * Revoked, disabled and rotated keys leave at once. Other changes keep the held bundle as a fallback: those that may
   * tighten a key make its next request wait for a refresh, the rest refresh in the background.
   *
   * With a shared store the other replicas are told too, and what is shared of the keys is voided.
   *
   * @returns How many entries were evicted or marked.
   */
  invalidate(change: ChangeEvent, organizationId: string): number {
    this.parts.spread?.tell(change, organizationId);
    return this.invalidation.apply(change, organizationId);
  }

  /**
   * Makes the next request of every key of an organization ask the control plane, with the held bundle as a fallback.
   *
   * For whoever may have missed change events: a feed that has just begun to listen, or lost its place.
   *
   * @returns How many entries were marked.
   */
  revalidateOrganization(organizationId: string): number {
    return this.invalidation.revalidateOrganization(organizationId);
  }

  /** The moment before a page of keys is asked for, to be given to {@link preload} with each of its keys. */
  preloadMoment(): PreloadMoment {
    return { mark: this.parts.marks.take(), startedAtMs: this.parts.clock.now() };
  }

  /** Takes a key in that nobody has presented yet; what is held, and what changed since `moment`, is left alone. */
  preload(loaded: BootstrapEntry, moment: PreloadMoment): Preloaded {
    return preload(this.parts, loaded, moment);
  }

  /** Organizations of the keys held, in no order. */
  get activeOrganizations(): readonly string[] {
    return this.parts.store.organizations();
  }

  /** Whether a key of this organization is held. */
  isActive(organizationId: string): boolean {
    return this.parts.store.hasOrganization(organizationId);
  }

  /** A snapshot for metrics; cheap. */
  stats(): KeyCacheStats {
    const { store, unknownKeys, options } = this.parts;
    return {
      lookups: this.lookups,
      hits: this.hits,
      misses: this.lookups - this.hits,
      negativeHits: this.negativeHits,
      staleServes: this.outcomes.staleServes,
      overflows: store.overflowCount,
      entries: store.size,
      maxEntries: options.maxEntries,
      negativeEntries: unknownKeys.size,
      organizations: store.organizationCount,
      flights: this.refresher.flightCount,
      shared: this.parts.shared?.stats(),
    };
  }

  /**
   * Cuts all questions to the control plane and asks no more; held keys go on being served within their caps.
   *
   * Resolves when nothing is in flight; waiting requests have then been answered. A shared store is left to its owner,
   * to be stopped after this.
   */
  async stop(): Promise<void> {
    this.parts.shared?.stop();
    this.parts.spread?.stop();
    await this.refresher.stop();
  }

  private openSecondLevel(
    parts: SharedKeysParts,
    store: SharedKeyStore | undefined,
  ): Pick<KeyCacheParts, 'shared' | 'spread'> {
    if (store === undefined) return { shared: undefined, spread: undefined };
    const shared = new SharedKeys(parts, store);
    const spread = new ChangeSpread(parts, shared, store, ({ change, organizationId }) => {
      this.invalidation.apply(change, organizationId);
    });
    return { shared, spread };
  }

  private decide(presentedKey: string, digest: string): Resolution | Promise<Resolution> {
    const { store, clock, options, unknownKeys } = this.parts;
    const entry = store.use(digest);
    if (entry === undefined) {
      if (unknownKeys.has(digest)) {
        this.negativeHits += 1;
        return denyKey('invalid_api_key');
      }
      return this.ask(presentedKey, digest, options.foregroundTimeoutMs);
    }
    const nowMs = clock.now();
    switch (entry.stateAt(nowMs)) {
      case 'key_expired':
        this.outcomes.evict(entry, 'virtual_key_expired');
        return denyKey('virtual_key_expired');
      case 'dead':
        this.outcomes.evict(entry, 'hard_cap_exceeded_on_lookup');
        return this.ask(presentedKey, digest, options.foregroundTimeoutMs);
      case 'stale':
        return this.ask(presentedKey, digest, options.foregroundTimeoutMs);
      case 'fresh':
        return this.serveFresh(presentedKey, entry, nowMs);
    }
  }

  private ask(presentedKey: string, digest: string, timeoutMs: number): Resolution | Promise<Resolution> {
    const background = this.refresher.backgroundFlight(digest);
    if (background === undefined) return this.refresher.load(presentedKey, digest, timeoutMs);
    // One flight per key: wait for the one under way, then look again at what it left. Its own answer will not do: the
    // entry that it refreshes may have been evicted since.
    return background.then(() => this.decide(presentedKey, digest));
  }

  private serveFresh(presentedKey: string, entry: CacheEntry, nowMs: number): Resolution | Promise<Resolution> {
    const { clock, options, feedHealth } = this.parts;
    const configIsDue = clock.monotonicMs() >= entry.configDueAtMs;
    // With the feed lost, only asking tells whether the key still lives; with it, somebody would have told.
    const isUnwatched = configIsDue && feedHealth?.isHealthy(entry.bundle.organizationId) === false;
    if (entry.mustCheck || isUnwatched) return this.ask(presentedKey, entry.digest, options.backgroundTimeoutMs);
    if (nowMs >= entry.refreshAtMs) this.refresher.refresh(presentedKey, entry);
    else if (configIsDue) this.refresher.refreshConfig(presentedKey, entry);
    return entry.granted;
  }
}
