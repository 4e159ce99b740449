import type { Clock } from '#kernel';
import type { SharedEntry } from '../shared-entry.js';
import {
  SharedKeyStore,
  type SharedAnswer,
  type SharedChange,
  type SharedMark,
  type SharedSubject,
  type SharedWrite,
} from '../shared-key-store.js';

interface Shelved {
  readonly entry: SharedEntry;
  readonly untilMs: number;
}

/** What a shared store holds, for the stores of several replicas in one test. */
export class FakeShelf {
  readonly entries = new Map<string, Shelved>();
  readonly removedUntilMs = new Map<string, number>();
  readonly changedUntilMs = new Map<string, number>();
  readonly stores = new Set<FakeSharedStore>();

  /** Loses everything, as a restart does. */
  flush(): void {
    this.entries.clear();
    this.removedUntilMs.clear();
    this.changedUntilMs.clear();
  }
}

/** How long a store that hangs keeps its callers, as its bound would. */
const BOUND_MS = 50;

/** A shared store in memory: away, hanging or slow on demand, each replica for itself. */
export class FakeSharedStore extends SharedKeyStore {
  mode: 'up' | 'down' | 'hang' = 'up';
  latencyMs = 0;
  gets = 0;
  writes = 0;
  private listener: ((change: SharedChange) => void) | undefined;

  constructor(
    readonly shelf: FakeShelf,
    private readonly clock: Clock,
  ) {
    super();
    shelf.stores.add(this);
  }

  override async get(digest: string, signal: AbortSignal): Promise<SharedAnswer> {
    this.gets += 1;
    if (!(await this.reach()) || signal.aborted) return { kind: 'unavailable' };
    const answer = this.look(digest);
    // What was read grows old on its way back, as on a real network.
    if (this.latencyMs > 0) await this.clock.sleep(this.latencyMs);
    return answer;
  }

  override async put(digest: string, entry: SharedEntry, ttlMs: number): Promise<SharedWrite> {
    this.writes += 1;
    if (!(await this.reach())) return 'unavailable';
    const held = this.shelf.entries.get(digest)?.entry;
    if (this.isRemoved(entry) || (held?.checkedAtMs ?? 0) > entry.checkedAtMs) return 'overtaken';
    this.shelf.entries.set(digest, { entry: structuredClone(entry), untilMs: this.clock.now() + ttlMs });
    return 'done';
  }

  override async discard(digest: string): Promise<SharedWrite> {
    if (!(await this.reach())) return 'unavailable';
    this.shelf.entries.delete(digest);
    return 'done';
  }

  override async remove(virtualKeyId: string, { untilMs }: SharedMark): Promise<SharedWrite> {
    if (!(await this.reach())) return 'unavailable';
    raise(this.shelf.removedUntilMs, virtualKeyId, untilMs);
    return 'done';
  }

  override async markChanged(subject: SharedSubject, { untilMs }: SharedMark): Promise<SharedWrite> {
    if (!(await this.reach())) return 'unavailable';
    raise(this.shelf.changedUntilMs, JSON.stringify(subject), untilMs);
    return 'done';
  }

  override async publish(change: SharedChange): Promise<SharedWrite> {
    if (!(await this.reach())) return 'unavailable';
    // Who publishes hears it too, as on a real channel.
    for (const store of this.shelf.stores) if (store.mode === 'up') store.listener?.(change);
    return 'done';
  }

  override subscribe(listener: (change: SharedChange) => void): void {
    this.listener = listener;
  }

  private async reach(): Promise<boolean> {
    if (this.mode === 'hang') await this.clock.sleep(BOUND_MS);
    if (this.mode === 'up' && this.latencyMs > 0) await this.clock.sleep(this.latencyMs);
    return this.mode === 'up';
  }

  private look(digest: string): SharedAnswer {
    const shelved = this.shelf.entries.get(digest);
    if (shelved === undefined || shelved.untilMs <= this.clock.now()) return { kind: 'absent' };
    const { entry } = shelved;
    if (this.isRemoved(entry)) return { kind: 'absent' };
    const { vk_id: virtualKeyId, org_id: organizationId } = entry.claims;
    const changedUntilMs = [{ virtualKeyId }, { organizationId }].map(
      (subject) => this.shelf.changedUntilMs.get(JSON.stringify(subject)) ?? 0,
    );
    return { kind: 'found', entry, overtaken: Math.max(...changedUntilMs) >= entry.checkedAtMs };
  }

  private isRemoved(entry: SharedEntry): boolean {
    return (this.shelf.removedUntilMs.get(entry.claims.vk_id) ?? 0) >= entry.resolvedAtMs;
  }
}

function raise(times: Map<string, number>, subject: string, timeMs: number): void {
  times.set(subject, Math.max(timeMs, times.get(subject) ?? 0));
}
