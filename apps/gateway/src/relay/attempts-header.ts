import type { WalkEvent } from '#retry';
import type { Attempt } from '../exchange/attempt.js';
import type { Candidate } from '../routing/candidate.js';
import { headerText } from './header-text.js';

/** Most steps that the header names; of a longer walk the last ones. */
const STEPS_MAX = 16;

/**
 * The value of `X-LangWatch-Attempts`: every step so far, as `vendor;outcome;milliseconds`, and the attempt that
 * answers, as `vendor;success`. It names no credential.
 */
export function attemptsHeader(steps: readonly WalkEvent<Candidate>[], answering?: Attempt): string {
  const words = steps
    .slice(-STEPS_MAX)
    .map(({ candidate, kind, reason, durationMs }) =>
      kind === undefined
        ? `${candidate.modelProvider.family};${reason}`
        : `${candidate.modelProvider.family};${kind};${Math.round(durationMs)}`,
    );
  if (answering !== undefined) words.push(`${answering.candidate.modelProvider.family};success`);
  return headerText(words.join(', '));
}
