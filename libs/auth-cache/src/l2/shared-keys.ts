import { createBundle, type BundleClaims, type ConfigPayload } from '#gateway-protocol';
import type { Clock } from '#kernel';
import type { CacheEntry } from '../cache-entry.js';
import type { ChangeMarks } from '../change-marks.js';
import type { EntrySchedule } from '../entry-schedule.js';
import type { EntryStore } from '../entry-store.js';
import type { KeyCacheEvents } from '../key-cache-events.js';
import type { KeyCacheOptions } from '../key-cache-options.js';
import { BoundedWork } from './bounded-work.js';
import { KnownChanges } from './known-changes.js';
import type { SharedEntry } from './shared-entry.js';
import type { SharedAnswer, SharedKeyStore } from './shared-key-store.js';

/** Parts of a key cache that its second level works on. */
export interface SharedKeysParts {
  readonly clock: Clock;
  readonly events: KeyCacheEvents;
  readonly options: KeyCacheOptions;
  readonly store: EntryStore;
  readonly marks: ChangeMarks;
  readonly schedule: EntrySchedule;
}

/** Counters of a second level since the start. `lookups` is `hits` + `absences` + `failures`. */
export interface SharedKeysStats {
  readonly lookups: number;
  /** Found and put into memory, whether it was trusted at once or only as a fallback. */
  readonly hits: number;
  /** Not there, or not to be used. */
  readonly absences: number;
  /** The store could not be asked. */
  readonly failures: number;
  /** Entries handed over for writing, and those of them that were given up because too many waited. */
  readonly writes: number;
  readonly droppedWrites: number;
}

/** How long past the hard grace an entry may be shared: tokens live a quarter of an hour. */
const TOKEN_LIFE_MAX_MS = 3_600_000;

/**
 * The second level of a key cache: reads through a shared store when memory lacks a key, and writes behind.
 *
 * It judges what comes from the store by all that this replica knows; the store has judged it by what is recorded there.
 */
export class SharedKeys {
  /** What this replica heard of changes. */
  readonly known: KnownChanges;
  private readonly writing: BoundedWork;
  private reachable: () => void = () => undefined;
  private lookups = 0;
  private hits = 0;
  private failures = 0;
  private writes = 0;
  private droppedWrites = 0;

  constructor(
    private readonly parts: SharedKeysParts,
    private readonly shared: SharedKeyStore,
  ) {
    const { options, events } = parts;
    this.known = new KnownChanges(options.sharedSubjectsMax);
    this.writing = new BoundedWork(options.sharedWritesRunningMax, options.sharedWritesMax, (cause) =>
      events.recordShared({ kind: 'shared_fault', cause }),
    );
  }

  /**
   * The time up to which a change that is heard now voids what was loaded: clocks of replicas differ, and an entry of a
   * replica whose clock is ahead must not seem to be newer than the change.
   */
  get changeReachesMs(): number {
    return this.parts.clock.now() + this.parts.options.sharedClockSkewMs;
  }

  /** How long after it was resolved an entry may be shared, milliseconds. */
  get lifeMaxMs(): number {
    return Math.max(this.parts.options.hardGraceMs, 0) + TOKEN_LIFE_MAX_MS;
  }

  /**
   * Looks for a key in the shared store and puts it into memory if it may be used; the entry says whether it must be
   * checked first.
   *
   * @param mark Taken from the change marks before the look-up.
   */
  async fill(digest: string, mark: number, signal: AbortSignal): Promise<void> {
    this.lookups += 1;
    const answer = await this.ask(digest, signal);
    if (answer.kind === 'unavailable') this.failures += 1;
    if (answer.kind !== 'found' || signal.aborted) return;
    const entry = this.judge(digest, answer, mark);
    if (entry === undefined) return;
    this.hits += 1;
    this.parts.store.put(entry);
    const { clock, events } = this.parts;
    events.recordShared({
      kind: 'shared_fill',
      virtualKeyId: entry.bundle.virtualKeyId,
      checkedAgoMs: clock.now() - entry.checkedAtMs,
      trusted: !entry.mustCheck && entry.stateAt(clock.now()) === 'fresh',
    });
  }

  /** Shares what a load brought, behind the request. */
  remember(entry: CacheEntry, claims: BundleClaims, config: ConfigPayload): void {
    const { digest, resolvedAtMs, checkedAtMs, etag } = entry;
    const shared = { claims, config, resolvedAtMs, checkedAtMs, ...(etag === undefined ? {} : { etag }) };
    this.write(async () => this.put(digest, shared));
  }

  /** Shares that the configuration of an entry was confirmed, if the store holds the same configuration. */
  confirm(entry: CacheEntry): void {
    const { digest, etag, checkedAtMs } = entry;
    if (etag === undefined) return;
    this.write(async () => {
      const answer = await this.ask(digest, new AbortController().signal);
      // The tag does not cover all that an edit can change, so that after one only a whole load makes the entry good again.
      if (answer.kind !== 'found' || answer.overtaken || answer.entry.etag !== etag) return;
      const { entry: shared } = answer;
      if (this.known.since(shared, digest, entry.bundle) !== 'none') return;
      if (shared.checkedAtMs < checkedAtMs) await this.put(digest, { ...shared, checkedAtMs });
    });
  }

  /** Notes that the control plane refused a key, and takes what is shared of it back. */
  refuse(digest: string, held: CacheEntry | undefined): void {
    this.known.recordRefusal(digest, this.changeReachesMs);
    if (held !== undefined) this.write(async () => void (await this.shared.discard(digest)));
  }

  /** Sets who is told, again and again, that the store answers. */
  onReachable(listener: () => void): void {
    this.reachable = listener;
  }

  /** A snapshot for metrics; cheap. */
  stats(): SharedKeysStats {
    const { lookups, hits, failures, writes, droppedWrites } = this;
    return { lookups, hits, absences: lookups - hits - failures, failures, writes, droppedWrites };
  }

  /** Forgets writes that wait. */
  stop(): void {
    this.writing.stop();
  }

  private async ask(digest: string, signal: AbortSignal): Promise<SharedAnswer> {
    try {
      const answer = await this.shared.get(digest, signal);
      if (answer.kind !== 'unavailable') this.reachable();
      return answer;
    } catch (cause) {
      this.parts.events.recordShared({ kind: 'shared_fault', cause });
      return { kind: 'unavailable' };
    }
  }

  private judge(
    digest: string,
    { entry: shared, overtaken }: Extract<SharedAnswer, { kind: 'found' }>,
    mark: number,
  ): CacheEntry | undefined {
    const { clock, marks, options, schedule } = this.parts;
    const nowMs = clock.now();
    const bundle = createBundle(shared.claims, shared.config);
    const { organizationId } = bundle;
    const known = this.known.since(shared, digest, bundle);
    if (known === 'removed') return undefined;
    // Beyond what clocks may differ, a time to come is no time at all.
    if (shared.checkedAtMs > nowMs + options.sharedClockSkewMs) return undefined;
    if (nowMs - shared.resolvedAtMs > this.lifeMaxMs) return undefined;
    const { etag, resolvedAtMs, checkedAtMs } = shared;
    const tokenExpiresAtMs = shared.claims.exp * 1000;
    const entry = schedule.createShared({ digest, bundle, tokenExpiresAtMs, etag, resolvedAtMs, checkedAtMs });
    const state = entry.stateAt(nowMs);
    if (state === 'dead' || state === 'key_expired') return undefined;
    const outlived = options.configTtlMs >= 0 && nowMs - checkedAtMs > options.configTtlMs;
    if (outlived) entry.mustCheck = true;
    const edited = overtaken || known === 'edited' || marks.organizationChangedSince(organizationId, true, mark);
    if (edited) entry.markChanged(true);
    else if (known === 'refreshed' || marks.organizationChangedSince(organizationId, false, mark))
      entry.markChanged(false);
    return entry;
  }

  private async put(digest: string, shared: SharedEntry): Promise<void> {
    const { clock, options } = this.parts;
    const bundle = createBundle(shared.claims, shared.config);
    // What this replica knows may not be recorded in the store yet.
    if (this.known.since(shared, digest, bundle) === 'removed') return;
    const nowMs = clock.now();
    const tokenMs = shared.claims.exp * 1000;
    const servedUntilMs = Math.max(tokenMs, tokenMs + options.hardGraceMs);
    const untilMs = Math.min(
      servedUntilMs,
      bundle.expiresAtMs ?? Number.POSITIVE_INFINITY,
      shared.resolvedAtMs + this.lifeMaxMs,
    );
    if (untilMs <= nowMs) return;
    if ((await this.shared.put(digest, shared, untilMs - nowMs)) !== 'unavailable') this.reachable();
  }

  private write(work: () => Promise<void>): void {
    this.writes += 1;
    if (this.writing.offer(work)) return;
    this.droppedWrites += 1;
    const { events, options } = this.parts;
    events.recordShared({ kind: 'shared_write_dropped', writesMax: options.sharedWritesMax });
  }
}
