import type { ChangeEvent } from '#gateway-protocol';
import type { Clock, Random } from '#kernel';
import type { CacheEntry } from './cache-entry.js';
import { ChangeInvalidation } from './change-invalidation.js';
import { ChangeMarks } from './change-marks.js';
import { EntryOutcomes, type KeyCacheParts } from './entry-outcomes.js';
import { EntrySchedule } from './entry-schedule.js';
import { EntryStore } from './entry-store.js';
import type { KeyCacheEvents } from './key-cache-events.js';
import { completeKeyCacheOptions, type KeyCacheOptions } from './key-cache-options.js';
import { digestKey, PRESENTED_KEY_LENGTH_MAX } from './key-digest.js';
import { KeyLoader } from './key-loader.js';
import { KeyRefresher } from './key-refresher.js';
import type { KeySource } from './key-source.js';
import { denyKey, type Resolution } from './resolution.js';
import { UnknownKeys } from './unknown-keys.js';

/** What a {@link KeyCache} needs from outside. */
export interface KeyCachePorts {
  readonly source: KeySource;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: KeyCacheEvents;
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
    this.parts = {
      clock,
      events,
      options: complete,
      store: new EntryStore(complete.maxEntries),
      unknownKeys: new UnknownKeys(clock, complete.negativeTtlMs, complete.negativeMaxEntries),
      marks: new ChangeMarks(),
      schedule: new EntrySchedule(clock, random, complete),
    };
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
   * @returns How many entries were evicted or marked.
   */
  invalidate(change: ChangeEvent, organizationId: string): number {
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
    };
  }

  /**
   * Cuts all questions to the control plane and asks no more; held keys go on being served within their caps.
   *
   * Resolves when nothing is in flight; waiting requests have then been answered.
   */
  async stop(): Promise<void> {
    await this.refresher.stop();
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
        if (entry.mustCheck) return this.ask(presentedKey, digest, options.backgroundTimeoutMs);
        this.refreshAhead(presentedKey, entry, nowMs);
        return entry.granted;
    }
  }

  private ask(presentedKey: string, digest: string, timeoutMs: number): Resolution | Promise<Resolution> {
    const background = this.refresher.backgroundFlight(digest);
    if (background === undefined) return this.refresher.load(presentedKey, digest, timeoutMs);
    // One flight per key: wait for the one under way, then look again at what it left. Its own answer will not do: the
    // entry that it refreshes may have been evicted since.
    return background.then(() => this.decide(presentedKey, digest));
  }

  private refreshAhead(presentedKey: string, entry: CacheEntry, nowMs: number): void {
    if (nowMs >= entry.refreshAtMs) this.refresher.refresh(presentedKey, entry);
    else if (this.parts.clock.monotonicMs() >= entry.configDueAtMs) this.refresher.refreshConfig(presentedKey, entry);
  }
}
