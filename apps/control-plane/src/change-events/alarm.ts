import type { Clock } from '#kernel';

/** Something to wait for that remembers: a ring before the wait ends the wait at once. */
export class Alarm {
  private ringing = false;
  private waiting: AbortController | undefined;

  ring(): void {
    this.ringing = true;
    this.waiting?.abort();
  }

  /** Resolves at the first ring, after `durationMs`, or when `signal` aborts, whichever comes first. */
  async wait(clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> {
    if (!this.ringing && !signal.aborted) {
      this.waiting = new AbortController();
      await clock.sleep(durationMs, AbortSignal.any([signal, this.waiting.signal])).catch(() => undefined);
      this.waiting = undefined;
    }
    this.ringing = false;
  }
}
