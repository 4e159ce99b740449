import { Clock } from '../clock.js';

interface Sleeper {
  readonly wakesAtMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it with {@link VirtualClock.advance}. */
export class VirtualClock extends Clock {
  private readonly sleepers = new Set<Sleeper>();

  /** Starts at `nowMs`, milliseconds since the epoch. Default: 2026-01-01T00:00:00Z. */
  constructor(private nowMs: number = Date.UTC(2026, 0, 1)) {
    super();
  }

  override now(): number {
    return this.nowMs;
  }

  override monotonicMs(): number {
    return this.nowMs;
  }

  override schedule(durationMs: number, action: () => void): () => void {
    const sleeper: Sleeper = {
      wakesAtMs: this.nowMs + durationMs,
      wake: () => {
        this.sleepers.delete(sleeper);
        action();
      },
    };
    this.sleepers.add(sleeper);
    return () => void this.sleepers.delete(sleeper);
  }

  override sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { wakesAtMs: this.nowMs + durationMs, wake: () => settle(resolve) };
      const abort = (): void => settle(() => reject(signal?.reason as Error));
      const settle = (how: () => void): void => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        how();
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.sleepers.add(sleeper);
    });
  }

  /** Moves time forward step by step, waking each sleeper at its own time and letting its continuations run. */
  async advance(durationMs: number): Promise<void> {
    const target = this.nowMs + durationMs;
    await flushMicrotasks();
    for (let next = this.nextSleeper(target); next !== undefined; next = this.nextSleeper(target)) {
      this.nowMs = Math.max(this.nowMs, next.wakesAtMs);
      next.wake();
      await flushMicrotasks();
    }
    this.nowMs = target;
    await flushMicrotasks();
  }

  /** How many sleeps have not ended: zero at the end of a test proves that nothing leaks a timer. */
  get sleeping(): number {
    return this.sleepers.size;
  }

  private nextSleeper(untilMs: number): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.sleepers) {
      if (sleeper.wakesAtMs > untilMs) continue;
      if (earliest === undefined || sleeper.wakesAtMs < earliest.wakesAtMs) earliest = sleeper;
    }
    return earliest;
  }
}

async function flushMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
