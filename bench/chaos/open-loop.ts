import type { Clock } from '#kernel';

const TICK_MS = 2;

/** Requests under way at most; beyond it the load itself is what fails, and the run ends with that word. */
const IN_FLIGHT_MAX = 10_000;

/** A load that keeps its rate, whatever the answers do. */
export interface OpenLoop {
  readonly clock: Clock;
  readonly ratePerSecond: number;
  /** Ends the load; what is under way is waited for. */
  readonly signal: AbortSignal;
  /** Makes request number `index`, which was due at `dueAtMs` on the monotonic clock. Must not reject. */
  readonly send: (index: number, dueAtMs: number) => Promise<void>;
}

/**
 * Sends requests at a steady rate until the signal aborts. A slow answer delays no later request, and a latency that is
 * counted from the due time shows what a client saw, also when this process itself was late.
 *
 * @throws Error when more requests are under way than any server could still answer in time.
 */
export async function runOpenLoop({ clock, ratePerSecond, signal, send }: OpenLoop): Promise<void> {
  const startedAtMs = clock.monotonicMs();
  const underWay = new Set<Promise<void>>();
  for (let index = 0; !signal.aborted;) {
    const due = Math.floor(((clock.monotonicMs() - startedAtMs) * ratePerSecond) / 1000);
    for (; index < due; index += 1) {
      const request: Promise<void> = send(index, startedAtMs + (index * 1000) / ratePerSecond).finally(() =>
        underWay.delete(request),
      );
      underWay.add(request);
    }
    if (underWay.size > IN_FLIGHT_MAX) throw new Error(`more than ${IN_FLIGHT_MAX} requests are under way`);
    await clock.sleep(TICK_MS);
  }
  await Promise.all(underWay);
}
