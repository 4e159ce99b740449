import { backoffMs } from './backoff.js';
import { waitFor } from './wait-for.js';
import type { WalkOptions } from './walk-options.js';

/** The range of waits before the same candidate is asked again. */
const REPEAT_BACKOFF = { baseMs: 100, maxMs: 1_000 };

/** The longest `Retry-After` that is waited for; a longer one sends the walk to the next candidate. */
export const RETRY_AFTER_MS_MAX = 5_000;

/** What {@link waitToRepeat} needs of a walk's options. */
export type RepeatWaitOptions = Pick<WalkOptions<never, never, never>, 'repeats' | 'clock' | 'signal' | 'deadlineAtMs'>;

/**
 * Waits before a candidate is asked again: as long as its provider wants, else an exponential back-off with full jitter.
 * Ends early when the signal aborts.
 *
 * @param asked How often the candidate was asked.
 * @param retryAfterMs How long the provider asked to be left alone; undefined when it did not say.
 * @returns False, without a wait, when the candidate is not asked again: the request is not safe to repeat, its repeats
 *   or the budget are used up, or the wait would be too long or outlast the deadline.
 */
export async function waitToRepeat(
  { repeats, clock, signal, deadlineAtMs = Infinity }: RepeatWaitOptions,
  asked: number,
  retryAfterMs: number | undefined,
): Promise<boolean> {
  if (repeats === undefined || !repeats.safe || asked > repeats.max) return false;
  const waitMs = retryAfterMs ?? backoffMs(REPEAT_BACKOFF, asked, repeats.random);
  if (waitMs > RETRY_AFTER_MS_MAX || clock.monotonicMs() + waitMs >= deadlineAtMs) return false;
  if (!repeats.budget.withdraw()) return false;
  await waitFor(clock, waitMs, signal);
  return true;
}
