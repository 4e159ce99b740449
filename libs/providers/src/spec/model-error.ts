/** What went wrong, as far as a client's SDK tells it apart. */
export type ModelErrorKind =
  | 'invalid-request'
  | 'authentication'
  | 'billing'
  | 'permission'
  | 'not-found'
  | 'too-large'
  | 'context-length'
  | 'content-filter'
  | 'rate-limit'
  | 'overloaded'
  | 'timeout'
  | 'server';

/** A vendor's error, our word and theirs. */
export interface ModelError {
  readonly kind: ModelErrorKind;
  /** The HTTP status to answer with. */
  readonly status: number;
  /** The vendor's sentence, bounded to {@link MODEL_ERROR_MESSAGE_CHARACTERS_MAX}. */
  readonly message: string;
  /** The vendor's own type and code. */
  readonly type?: string;
  readonly code?: string;
  /** The field that the vendor objects to. */
  readonly param?: string;
}

/** Longest message of a vendor that is passed on. */
export const MODEL_ERROR_MESSAGE_CHARACTERS_MAX = 4096;
