import { createBundle } from '#gateway-protocol';
import type { Clock } from '#kernel';
import type { CacheEntry } from './cache-entry.js';
import type { ChangeMarks } from './change-marks.js';
import type { EntrySchedule } from './entry-schedule.js';
import type { EntryStore } from './entry-store.js';
import type { FeedHealth } from './feed-health.js';
import type { HardEvictReason, KeyCacheEvents } from './key-cache-events.js';
import type { KeyCacheOptions } from './key-cache-options.js';
import type { LoadOutcome } from './key-loader.js';
import type { ChangeSpread } from './l2/change-spread.js';
import type { SharedKeys } from './l2/shared-keys.js';
import { denyKey, type KeyRefusalReason, type Resolution } from './resolution.js';
import type { UnknownKeys } from './unknown-keys.js';

type Loaded = Extract<LoadOutcome, { kind: 'loaded' }>;
type Failed = Extract<LoadOutcome, { kind: 'failed' }>;

/** What the parts of a key cache share. */
export interface KeyCacheParts {
  readonly clock: Clock;
  readonly events: KeyCacheEvents;
  readonly options: KeyCacheOptions;
  readonly store: EntryStore;
  readonly unknownKeys: UnknownKeys;
  readonly marks: ChangeMarks;
  readonly schedule: EntrySchedule;
  /** Whether changes would be heard; absent: that is taken for granted. */
  readonly feedHealth: FeedHealth | undefined;
  /** The second level, when there is one. */
  readonly shared: SharedKeys | undefined;
  readonly spread: ChangeSpread | undefined;
}

/** The load that came to an outcome. */
export interface LoadContext {
  readonly digest: string;
  /** When the load started, milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Taken from the change marks when the load started. */
  readonly mark: number;
  /** The change count of the entry held when the load started, if one was. */
  readonly changes: number | undefined;
  /** Whether nobody waits for the answer. */
  readonly background: boolean;
}

/** Applies the outcome of a full load to the cache and says what the key resolves to: the transitions of contract B.1. */
export class EntryOutcomes {
  /** How often a bundle past its soft expiry was served. */
  staleServes = 0;

  constructor(private readonly parts: KeyCacheParts) {}

  apply(load: LoadContext, outcome: LoadOutcome): Resolution {
    switch (outcome.kind) {
      case 'loaded':
        return this.adopt(load, outcome);
      case 'refused':
        return this.reject(load, outcome.reason);
      case 'failed':
        return load.background ? this.keep(load, outcome) : this.endure(load, outcome);
    }
  }

  /** Takes an entry out at once and reports why. */
  evict(entry: CacheEntry, reason: HardEvictReason): void {
    this.parts.store.remove(entry);
    this.parts.events.record({ kind: 'hard_evict', reason, virtualKeyId: entry.bundle.virtualKeyId });
  }

  private adopt(load: LoadContext, loaded: Loaded): Resolution {
    const { store, schedule, marks, clock, events } = this.parts;
    const { claims, config, etag } = loaded;
    const held = store.peek(load.digest);
    const bundle = createBundle(claims, config);
    const { digest, startedAtMs } = load;
    const times = { tokenExpiresAtMs: claims.exp * 1000, resolvedAtMs: startedAtMs, checkedAtMs: startedAtMs };
    const entry = schedule.create({ digest, bundle, etag, ...times });
    if (entry.stateAt(clock.now()) === 'key_expired') {
      if (held !== undefined) this.evict(held, 'virtual_key_expired');
      return denyKey('virtual_key_expired');
    }
    const { organizationId } = bundle;
    // The answer may be older than a change that came while it was on its way.
    if (marks.organizationChangedSince(organizationId, false, load.mark)) entry.markChanged(false);
    if (marks.organizationChangedSince(organizationId, true, load.mark)) entry.markChanged(true);
    store.put(entry);
    this.parts.shared?.remember(entry, claims, config);
    if (held !== undefined) {
      const { background } = load;
      events.record({ kind: 'refresh_success', virtualKeyId: bundle.virtualKeyId, background });
    }
    return entry.granted;
  }

  private reject(load: LoadContext, reason: KeyRefusalReason): Resolution {
    const { store, unknownKeys, marks } = this.parts;
    const held = store.peek(load.digest);
    this.parts.shared?.refuse(load.digest, held);
    if (held !== undefined) {
      this.evict(held, load.background ? 'auth_rejection_async' : 'auth_rejection');
      const { virtualKeyId } = held.bundle;
      const isEnd = reason === 'virtual_key_revoked' || reason === 'virtual_key_disabled';
      if (isEnd) this.parts.events.record({ kind: 'key_ended', virtualKeyId, reason });
    }
    // A key that was created while we asked must not be remembered as unknown.
    if (reason === 'invalid_api_key' && !marks.anyKeyChangedSince(load.mark)) unknownKeys.add(load.digest);
    return denyKey(reason);
  }

  /** A background refresh failed: the entry gets more time if it may, and never leaves. */
  private keep(load: LoadContext, failed: Failed): Resolution {
    const held = this.parts.store.peek(load.digest);
    if (held === undefined) return denyKey('auth_upstream_unavailable');
    held.bumpSoftExpiry(this.parts.clock.now(), this.parts.options.softBumpMs);
    this.postpone(held, load, failed);
    return held.granted;
  }

  /** A load for which a request waits failed: what is held is served if the caps allow, else nothing is. */
  private endure(load: LoadContext, failed: Failed): Resolution {
    const { store, clock, events, options } = this.parts;
    const held = store.peek(load.digest);
    if (held === undefined) {
      events.record({ kind: 'cold_resolve_failure', step: failed.step, failure: failed.failure });
      return denyKey('auth_upstream_unavailable');
    }
    const nowMs = clock.now();
    const state = held.stateAt(nowMs);
    if (state === 'key_expired') {
      this.evict(held, 'virtual_key_expired');
      return denyKey('virtual_key_expired');
    }
    const staleForMs = nowMs - held.softExpiresAtMs;
    if (state !== 'fresh' && !held.bumpSoftExpiry(nowMs, options.softBumpMs)) {
      this.evict(held, 'hard_cap_exceeded');
      return denyKey('auth_upstream_unavailable');
    }
    this.postpone(held, load, failed);
    if (state !== 'fresh') this.reportStale(held, staleForMs, failed);
    return held.granted;
  }

  private postpone(held: CacheEntry, load: LoadContext, failed: Failed): void {
    const { schedule, events, clock } = this.parts;
    schedule.refreshFailed(held);
    schedule.configFailed(held);
    // The check that a change asked for was tried; from here on the background retries it, and no request waits again.
    if (held.changes === load.changes) held.mustCheck = false;
    events.record({
      kind: 'refresh_transport_failure',
      virtualKeyId: held.bundle.virtualKeyId,
      background: load.background,
      newSoftExpiresAtMs: held.softExpiresAtMs,
      hardGraceRemainingMs: held.hardExpiresAtMs - clock.now(),
      step: failed.step,
      failure: failed.failure,
    });
  }

  private reportStale(held: CacheEntry, staleForMs: number, failed: Failed): void {
    this.staleServes += 1;
    this.parts.events.record({
      kind: 'serve_stale',
      virtualKeyId: held.bundle.virtualKeyId,
      staleForMs,
      hardGraceRemainingMs: held.hardExpiresAtMs - this.parts.clock.now(),
      step: failed.step,
    });
  }
}
