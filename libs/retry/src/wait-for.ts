import type { Clock } from '#kernel';
import type { StopSignal } from './stop-signal.js';

/** Resolves after `durationMs`, or as soon as `signal` aborts. Leaves neither a timer nor a listener behind. */
export function waitFor(clock: Clock, durationMs: number, signal: StopSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.unsubscribe(end);
      resolve();
    };
    const cancel = clock.schedule(durationMs, end);
    signal.subscribe(end);
  });
}
