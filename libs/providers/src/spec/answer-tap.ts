import type { Usage } from './usage.js';

/** What a look at an answer, in passing, has found out so far. */
export interface AnswerFacts {
  /** What the answer consumed; undefined while the vendor has not said. */
  readonly usage: Usage | undefined;
  /** The vendor's finish reason or terminal marker was seen: the answer is whole. */
  readonly complete: boolean;
  /** The vendor reported an error inside of the answer; its public text, bounded. */
  readonly errorMessage: string | undefined;
  /**
   * How many events carried content, reasoning or a tool call; roles and life-cycle events do not count. Stands in for
   * output tokens when the vendor reports none, and tells whether the answer has begun.
   */
  readonly deltas: number;
}

/**
 * Reads usage and completeness from a stream of one dialect while its bytes go by unchanged.
 *
 * One tap serves one stream.
 */
export abstract class StreamTap {
  abstract readonly facts: AnswerFacts;

  /** Looks at one complete server-sent event and says whether the client may see it. */
  abstract onEvent(event: Buffer): 'keep' | 'withhold';
}
