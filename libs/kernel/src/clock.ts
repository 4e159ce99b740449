import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Time, as a dependency: production code never calls `Date.now()` or a timer of its own, so tests can move time.
 *
 * It is an abstract class because it is both the type and the Nest token.
 */
export abstract class Clock {
  /** Wall clock, milliseconds since the Unix epoch. May jump; use it for dates that leave the process. */
  abstract now(): number;

  /** Monotonic clock, milliseconds with a fraction from an arbitrary origin. Use it for durations. */
  abstract monotonicMs(): number;

  /**
   * Resolves after `durationMs`. Rejects with the signal's reason as soon as `signal` aborts, also when it has already.
   */
  abstract sleep(durationMs: number, signal?: AbortSignal): Promise<void>;

  /**
   * Calls `action` after `durationMs`, once. Far cheaper than a sleep, for limits that are set on every request and are
   * hardly ever reached.
   *
   * @returns Cancels it; harmless when it was called or cancelled already.
   */
  abstract schedule(durationMs: number, action: () => void): () => void;
}

/** The machine's own clock. Its sleeps do not keep the process alive. */
export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }

  override monotonicMs(): number {
    return performance.now();
  }

  override schedule(durationMs: number, action: () => void): () => void {
    const timer = setTimeout(action, durationMs);
    timer.unref();
    return () => clearTimeout(timer);
  }

  override async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    try {
      await delay(durationMs, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }
}
