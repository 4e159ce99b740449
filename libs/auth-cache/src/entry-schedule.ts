import type { Clock, Random } from '#kernel';
import { CacheEntry, type EntryOrigin } from './cache-entry.js';
import type { KeyCacheOptions } from './key-cache-options.js';

/** Decides when entries are refreshed: ahead of expiry, spread out, and not at once again after a failure. */
export class EntrySchedule {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly options: KeyCacheOptions,
  ) {}

  /** Makes the entry of a load that has just finished. */
  create(origin: EntryOrigin): CacheEntry {
    const entry = new CacheEntry(origin, this.options.hardGraceMs);
    const nowMs = this.clock.now();
    const aheadMs = this.shorten(this.options.refreshThresholdMs);
    // A token that lives shorter than the threshold would otherwise be refreshed by every hit.
    const halfLifeMs = (entry.softExpiresAtMs - nowMs) / 2;
    entry.refreshAtMs = entry.softExpiresAtMs - Math.min(aheadMs, Math.max(halfLifeMs, 0));
    this.configChecked(entry);
    return entry;
  }

  /** Makes the entry of a load that another replica finished some time ago. */
  createShared(origin: EntryOrigin): CacheEntry {
    const entry = this.create(origin);
    // The configuration has aged since, and comes due by so much earlier.
    entry.configDueAtMs -= Math.max(0, this.clock.now() - origin.checkedAtMs);
    return entry;
  }

  /** Makes the successor of `entry` with another bundle; how long the token is trusted stays what it was. */
  createSuccessor(entry: CacheEntry, origin: EntryOrigin): CacheEntry {
    const successor = new CacheEntry(origin, this.options.hardGraceMs);
    // A bump granted during an outage is kept, but never past the new bundle's own limits.
    const heldMs = Math.min(entry.softExpiresAtMs, successor.hardExpiresAtMs);
    successor.softExpiresAtMs = Math.max(successor.softExpiresAtMs, heldMs);
    successor.refreshAtMs = Math.min(entry.refreshAtMs, successor.softExpiresAtMs);
    this.configChecked(successor);
    return successor;
  }

  /** Starts the time to live of the configuration anew, after the control plane confirmed it. */
  configChecked(entry: CacheEntry): void {
    const { configTtlMs } = this.options;
    entry.configDueAtMs =
      configTtlMs < 0 ? Number.POSITIVE_INFINITY : this.clock.monotonicMs() + this.shorten(configTtlMs);
  }

  /** Puts the next configuration refresh off by a whole time to live, after one failed. */
  configFailed(entry: CacheEntry): void {
    const { configTtlMs, refreshRetryMs } = this.options;
    entry.configDueAtMs = this.clock.monotonicMs() + (configTtlMs > 0 ? configTtlMs : refreshRetryMs);
  }

  /** Puts the next full refresh off after one failed. */
  refreshFailed(entry: CacheEntry): void {
    entry.refreshAtMs = this.clock.now() + this.shorten(this.options.refreshRetryMs);
  }

  private shorten(durationMs: number): number {
    return durationMs * (1 - this.options.refreshJitter * this.random.next());
  }
}
