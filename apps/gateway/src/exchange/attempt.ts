import type { AttemptControl } from '#retry';
import type { ResumableAnswer } from '../resume/resumable-answer.js';
import type { Candidate } from '../routing/candidate.js';

/** Time limits of one attempt, in milliseconds; each has an outcome of its own. */
export interface AttemptLimits {
  /** From the start to an open connection. */
  readonly connectMs: number;
  /** From there to the provider's status. */
  readonly headersMs: number;
  /** From there to the first content of a stream. */
  readonly firstTokenMs: number;
  /** Between two pieces of an answer. */
  readonly betweenTokensMs: number;
  /** From the start to the end. */
  readonly totalMs: number;
  /** What is left of the time of the whole request; Infinity when that has no limit. */
  readonly deadlineMs: number;
}

/** One call to one candidate, and what the steps that make it find out. */
export class Attempt {
  /** Names of what could not be carried to the candidate's provider, sorted. */
  droppedFields: readonly string[] = [];
  /** Size of the body that was sent; 0 while nothing was. */
  dispatchedBytes = 0;
  /** The provider's status; undefined while it gave none. */
  status: number | undefined;
  /** Monotonic milliseconds of the first content. */
  firstTokenAtMs: number | undefined;
  /** What it writes its stream into, where another attempt may have to go on with it. */
  resumable: ResumableAnswer | undefined;

  constructor(
    readonly candidate: Candidate,
    /** Position of the candidate in the plan, from 0. */
    readonly index: number,
    readonly control: AttemptControl,
    readonly limits: AttemptLimits,
    /** True when it goes on with an answer that broke off. */
    readonly resumes: boolean,
    /** True for a copy whose answer nobody sees. */
    readonly shadow = false,
  ) {}
}
