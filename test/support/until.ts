import { SystemClock } from '#kernel';

const clock = new SystemClock();
const POLL_MS = 15;

/** How long a condition may take at most by default: long, because a busy machine is not a defect. */
export const DEADLINE_MS = 30_000;

/**
 * Asks `probe` again and again until it answers something, and gives that back. `undefined` and `false` are no answer.
 *
 * Rejects after `timeoutMs` with `what` in the message, and at once when the probe throws.
 */
export async function until<Found>(
  what: string,
  probe: () => Promise<Found | false | undefined> | Found | false | undefined,
  timeoutMs = DEADLINE_MS,
): Promise<Found> {
  const giveUpAtMs = clock.monotonicMs() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (clock.monotonicMs() > giveUpAtMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await clock.sleep(POLL_MS);
  }
}

/** Milliseconds that `act` took. */
export async function elapsedMs(act: () => Promise<unknown>): Promise<number> {
  const startedAtMs = clock.monotonicMs();
  await act();
  return clock.monotonicMs() - startedAtMs;
}
