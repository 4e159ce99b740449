import type { Clock } from '#kernel';
import type { StopSignal } from './stop-signal.js';

/** Resolves after `durationMs`, or as soon as `signal` aborts. */
export async function waitFor(clock: Clock, durationMs: number, signal: StopSignal): Promise<void> {
  if (signal.aborted) return;
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  signal.subscribe(stop);
  try {
    await clock.sleep(durationMs, stopped.signal);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    signal.unsubscribe(stop);
  }
}
