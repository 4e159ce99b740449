import { SeededRandom, VirtualClock } from '#kernel';
import { KeyCache } from '../key-cache.js';
import type { KeyCacheOptions } from '../key-cache-options.js';
import type { Resolution } from '../resolution.js';
import { FakeControlPlane } from './fake-control-plane.js';
import { RecordedEvents } from './recorded-events.js';

const STEP_MS = 500;

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
    for (let round = 0; round < 4; round += 1) await this.clock.advance(0);
  }

  /**
   * Moves time and lets the consequences settle. While questions are in progress it moves in small steps, so that long
   * chains of continuations run at their own time and not at the end of a jump.
   */
  async advance(durationMs: number): Promise<void> {
    let leftMs = durationMs;
    while (leftMs > STEP_MS && this.cache.stats().flights > 0) {
      await this.clock.advance(STEP_MS);
      await this.settle();
      leftMs -= STEP_MS;
    }
    await this.clock.advance(leftMs);
    await this.settle();
  }
}
