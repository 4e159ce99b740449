import type { Permit } from './breaker.js';
import type { WalkReason } from './outcome-table.js';
import type { WalkOptions } from './walk-options.js';

/** A candidate, and how often it was asked. */
export interface Place<C> {
  readonly candidate: C;
  /** Position in the plan, from 0. */
  readonly index: number;
  asked: number;
}

/** A candidate whose turn it is, with the leave of its breakers. */
export interface Turn<C> {
  readonly place: Place<C>;
  readonly permit: Permit;
}

/** What a {@link CandidateLine} needs of a walk's options. */
export type CandidateLineOptions<C> = Pick<
  WalkOptions<C, never, never>,
  'candidates' | 'onlyFirst' | 'breakers' | 'breakerIdsOf' | 'contextTokensOf' | 'canResume'
>;

/** The candidates that wait to be asked, in order, and what keeps some of them from it. */
export class CandidateLine<C> {
  private readonly waiting: Place<C>[];
  /** Only candidates with a window larger than this are asked. */
  private windowAbove: number | undefined;
  /** True when the next candidate has to go on with an answer that broke off. */
  private resuming = false;

  constructor(
    private readonly options: CandidateLineOptions<C>,
    private readonly onSkip: (reason: WalkReason, place: Place<C>) => void,
  ) {
    const { candidates, onlyFirst } = options;
    const considered = onlyFirst === true ? candidates.slice(0, 1) : candidates;
    this.waiting = considered.map((candidate, index) => ({ candidate, index, asked: 0 }));
  }

  /** How many wait. */
  get length(): number {
    return this.waiting.length;
  }

  /** The one that waits at the front, whether it can be asked or not. */
  get front(): Place<C> | undefined {
    return this.waiting[0];
  }

  /** Takes the first that can be asked, and skips those before it for good. Undefined when nobody is left. */
  take(): Turn<C> | undefined {
    for (let place = this.waiting.shift(); place !== undefined; place = this.waiting.shift()) {
      const miss = this.missOf(place.candidate);
      const permit = miss === undefined ? this.permitFor(place.candidate) : undefined;
      if (permit !== undefined) return { place, permit };
      this.onSkip(miss ?? 'circuit_open', place);
    }
    return undefined;
  }

  /** Asks the breakers of a candidate for leave. */
  permitFor(candidate: C): Permit | undefined {
    const { breakers, breakerIdsOf } = this.options;
    return breakers.acquireAll(breakerIdsOf(candidate));
  }

  /** The request did not fit into the window of `candidate`: from now on only larger ones are asked. */
  askOnlyLargerThan(candidate: C): void {
    const tokens = this.options.contextTokensOf?.(candidate) ?? Infinity;
    this.windowAbove = Math.max(tokens, this.windowAbove ?? 0);
  }

  /** An answer broke off: from now on only those are asked that can go on with it, `spare` before all others. */
  askToResume(spare: Place<C> | undefined): void {
    this.resuming = true;
    if (spare !== undefined) this.waiting.unshift(spare);
  }

  private missOf(candidate: C): WalkReason | undefined {
    const { canResume, contextTokensOf } = this.options;
    if (this.resuming && canResume?.(candidate) === false) return 'cannot_resume';
    if (this.windowAbove === undefined) return undefined;
    return (contextTokensOf?.(candidate) ?? 0) > this.windowAbove ? undefined : 'window_too_small';
  }
}
