import { SeededRandom, VirtualClock } from '#kernel';
import { KeyCache } from '../key-cache.js';
import type { KeyCacheOptions } from '../key-cache-options.js';
import type { Resolution } from '../resolution.js';
import { FakeControlPlane } from './fake-control-plane.js';
import { RecordedEvents } from './recorded-events.js';

/** A key cache over a fake control plane, with time and randomness in the hands of the test. */
export class KeyCacheWorld {
  readonly clock = new VirtualClock();
  readonly controlPlane = new FakeControlPlane(this.clock);
  readonly events = new RecordedEvents();
  readonly cache: KeyCache;

  constructor(options: Partial<KeyCacheOptions> = {}, seed = 1) {
    const { clock, events, controlPlane } = this;
    this.cache = new KeyCache({ source: controlPlane, clock, random: new SeededRandom(seed), events }, options);
  }

  /** Resolves a key and lets everything happen that needs no time to pass. */
  async resolve(presentedKey: string): Promise<Resolution> {
    const answer = this.cache.resolve(presentedKey);
    await this.settle();
    return answer;
  }

  /** Runs all continuations that are due now. */
  async settle(): Promise<void> {
    for (let round = 0; round < 8; round += 1) await this.clock.advance(0);
  }

  /** Moves time, then lets the consequences settle. */
  async advance(durationMs: number): Promise<void> {
    await this.clock.advance(durationMs);
    await this.settle();
  }
}
