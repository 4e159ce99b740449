import { SeededRandom, VirtualClock } from '#kernel';
import { KeyCache } from '../../key-cache.js';
import type { KeyCacheOptions } from '../../key-cache-options.js';
import type { Resolution } from '../../resolution.js';
import { FakeControlPlane } from '../../testing/fake-control-plane.js';
import { RecordedEvents } from '../../testing/recorded-events.js';
import { FakeSharedStore, FakeShelf } from './fake-shared-store.js';

const STEP_MS = 500;

/** One replica: a key cache with its own view of the shared store. */
export interface Replica {
  readonly cache: KeyCache;
  readonly store: FakeSharedStore;
  readonly events: RecordedEvents;
}

/** Several replicas over one control plane and one shared store, with time in the hands of the test. */
export class ReplicasWorld {
  readonly clock = new VirtualClock();
  readonly controlPlane = new FakeControlPlane(this.clock);
  readonly shelf = new FakeShelf();
  readonly replicas: readonly Replica[];

  constructor(
    replicaCount: number,
    private readonly options: Partial<KeyCacheOptions> = {},
    private readonly seed = 1,
  ) {
    this.replicas = Array.from({ length: replicaCount }, (_, index) => this.boot(index));
  }

  /** A replica that has just started, with nothing in memory. */
  boot(index = 99): Replica {
    const store = new FakeSharedStore(this.shelf, this.clock);
    const events = new RecordedEvents();
    const random = new SeededRandom(this.seed + index);
    const ports = { source: this.controlPlane, clock: this.clock, random, events, shared: store };
    return { store, events, cache: new KeyCache(ports, this.options) };
  }

  /** Resolves a key at a replica and lets everything happen that needs no time to pass. */
  async resolve(replica: Replica, presentedKey: string): Promise<Resolution> {
    const answer = replica.cache.resolve(presentedKey);
    await this.settle();
    return answer;
  }

  /** Runs all continuations that are due now. */
  async settle(): Promise<void> {
    for (let round = 0; round < 6; round += 1) await this.clock.advance(0);
  }

  /** Moves time, in small steps while something is on its way. */
  async advance(durationMs: number): Promise<void> {
    let leftMs = durationMs;
    while (leftMs > STEP_MS && this.clock.sleeping > 0) {
      await this.clock.advance(STEP_MS);
      await this.settle();
      leftMs -= STEP_MS;
    }
    await this.clock.advance(leftMs);
    await this.settle();
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.cache.stop()));
    await this.advance(1_000);
  }
}
