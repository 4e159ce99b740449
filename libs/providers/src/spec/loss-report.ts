/** One thing of a request that a provider cannot be given. */
export interface Loss {
  /** The field as the client's dialect names it, such as `seed` or `messages.2.content.0.cache_control`. */
  readonly field: string;
  /** Half a sentence for a person: why it could not be carried. */
  readonly reason: string;
}

/** Collects what a translation could not carry. */
export interface LossReport {
  /** Something that tunes the answer is left out; the client is told. In strict mode the request is refused. */
  drop(field: string, reason: string): void;
}

/** Thrown by a writer or the parameter policy when leaving something out would change what the request means. */
export class UnsupportedFieldError extends Error {
  override readonly name = 'UnsupportedFieldError';

  /**
   * @param field As the client's dialect names it.
   * @param reason Half a sentence for a person: why it could not be carried.
   */
  constructor(
    readonly field: string,
    readonly reason: string,
  ) {
    super(`"${field}" cannot be carried: ${reason}`);
  }
}

/** Thrown by a reader for a request that its own dialect would refuse. */
export class RequestUnreadableError extends Error {
  override readonly name = 'RequestUnreadableError';

  /**
   * @param field Where in the body, such as `messages.0.content`.
   * @param problem Half a sentence for a person, such as `must be a string or a list`.
   */
  constructor(
    readonly field: string,
    readonly problem: string,
  ) {
    super(`"${field}" ${problem}`);
  }
}

/** Thrown by a reader of answers for a body that is no answer of its dialect. */
export class AnswerUnreadableError extends Error {
  override readonly name = 'AnswerUnreadableError';
}
