import type { KeyCache, Resolution } from '#auth-cache';
import type { Clock } from '#kernel';
import type { LiveExchanges } from './live-exchanges.js';

/** How often keys in use are looked at. */
const CHECK_INTERVAL_MS = 1_000;

/**
 * Looks at the keys whose exchanges are to be cut as if they were presented anew, for as long as they last. Without it
 * a long stream would outlive its key whenever nobody hears of the revocation, since no further request asks.
 *
 * A look costs a question only when a request would: after the feed missed something, or at the age of a configuration.
 */
export class LiveKeyCheck {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly live: LiveExchanges,
    private readonly cache: KeyCache,
    private readonly clock: Clock,
  ) {}

  /** Begins to look; returns at once. Call it once. */
  start(): void {
    this.running = this.run();
  }

  /** Ends; resolves when it looks no more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.clock.sleep(CHECK_INTERVAL_MS, signal).catch(() => undefined);
      if (!signal.aborted) this.look();
    }
  }

  private look(): void {
    for (const { virtualKeyId, presentedKey } of this.live.keys()) {
      const judge = (resolution: Resolution): void => {
        if (resolution.ok) return;
        const { reason } = resolution;
        if (reason === 'virtual_key_revoked' || reason === 'virtual_key_disabled') this.live.end(virtualKeyId, reason);
      };
      const answer = this.cache.resolve(presentedKey);
      if (answer instanceof Promise) void answer.then(judge);
      else judge(answer);
    }
  }
}
