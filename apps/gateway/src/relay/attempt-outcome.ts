import type { KeyEndReason } from '#auth-cache';
import type { ModelError, Usage } from '#providers';

/** How an exchange ended once an attempt had its answer. */
export type AnswerEnd =
  /** The client got the whole answer. */
  | 'complete'
  /** The client left before the end. */
  | 'client_gone'
  /** The provider's stream ended without a finish reason or terminal marker, or broke. */
  | 'cut'
  /** The provider fell silent for too long in the middle of it. */
  | 'stalled'
  /** The time of the whole request was used up in the middle of it. */
  | 'deadline'
  /** The provider reported an error inside of the answer. */
  | 'error_event'
  /** The key was ended meanwhile, and the client was told so in place of the rest. */
  | KeyEndReason;

/** What went to the client of a successful attempt, and what it consumed. */
export interface Answer {
  readonly end: AnswerEnd;
  /** The provider's status. */
  readonly status: number;
  /** Undefined when the provider did not say. */
  readonly usage: Usage | undefined;
  /** Parts of the answer that were seen; stands in for output tokens when the provider did not say. */
  readonly deltas: number;
  /** Events of the stream that nobody could read, and that were withheld. */
  readonly malformedEvents?: number;
}

/** An error answer of a provider, kept whole so that it can be forwarded byte for byte. */
export interface UpstreamErrorAnswer {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes for the client, in its dialect. */
  readonly body: Buffer;
  /** What the vendor said, our word and theirs. */
  readonly error: ModelError;
}

/** A provider that gave no usable answer. */
export interface UpstreamSilence {
  readonly kind: 'silent';
  readonly timedOut: boolean;
  /** One public sentence; no host, path or credential in it. */
  readonly message: string;
  /** For the log only. */
  readonly cause: unknown;
}

/** What is known of an attempt that failed before the commit point. */
export type UpstreamFailure = UpstreamErrorAnswer | UpstreamSilence;
