import type { Clock } from '#kernel';
import { LRUCache } from 'lru-cache';

/**
 * Remembers for a short while which presented keys the control plane did not know, so that a client with a wrong key
 * costs one call per few seconds. Outages and keys that exist but are refused are never remembered here.
 */
export class UnknownKeys {
  /** Digest → monotonic time until which it is refused without asking. */
  private readonly refusedUntilMs: LRUCache<string, number>;

  constructor(
    private readonly clock: Clock,
    private readonly ttlMs: number,
    maxEntries: number,
  ) {
    this.refusedUntilMs = new LRUCache({ max: maxEntries });
  }

  get size(): number {
    return this.refusedUntilMs.size;
  }

  add(digest: string): void {
    if (this.ttlMs > 0) this.refusedUntilMs.set(digest, this.clock.monotonicMs() + this.ttlMs);
  }

  has(digest: string): boolean {
    const untilMs = this.refusedUntilMs.get(digest);
    if (untilMs === undefined) return false;
    if (this.clock.monotonicMs() < untilMs) return true;
    this.refusedUntilMs.delete(digest);
    return false;
  }

  /** Forgets everything, after a key was created or enabled: it must work at once. */
  clear(): void {
    this.refusedUntilMs.clear();
  }
}
