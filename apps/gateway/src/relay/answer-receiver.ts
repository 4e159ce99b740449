import type { KeyEndReason } from '#auth-cache';
import type { AttemptResult } from '#retry';
import type { Answer, UpstreamFailure } from './attempt-outcome.js';
import type { AttemptPhase, TimeOutcome } from './attempt-timer.js';

/** How an attempt ended, as the walk reads it. */
export type RelayResult = AttemptResult<Answer, UpstreamFailure>;

/** What happens to one kind of provider answer. Calls come in this order: any `data`, then one of the others. */
export interface AnswerReceiver {
  /** The next bytes of the body. */
  data(chunk: Buffer): void;
  /** The body is complete as far as HTTP goes. */
  end(): void;
  /** The connection broke. */
  broken(error: Error): void;
  /** A time limit passed; the provider's call is being cancelled. */
  timeUp(outcome: TimeOutcome): void;
  /** The client left, or its key was ended and it must be told; the provider's call is being cancelled. */
  clientGone(keyEnd?: KeyEndReason): void;
  /** What the attempt waits for after the bytes so far. */
  readonly phase: AttemptPhase;
}

/** What the client's headers say of the body. */
export interface AnswerHead {
  /** The body's length; undefined for a stream. */
  readonly bodyBytes?: number;
  /** Undefined to pass on the provider's. */
  readonly contentType?: string | undefined;
}

/** The client's side of an answer, as receivers need it. */
export interface ClientSide {
  /** Sends status and headers: the commit point. */
  commit(head: AnswerHead): void;
  /** True after {@link commit}. */
  readonly committed: boolean;
  /** Sends bytes; slows the provider down when the client does not keep up. */
  write(bytes: Buffer | string): void;
  /** Ends the answer, with last bytes if any. */
  end(bytes?: Buffer | string): void;
}
