import type { ModelError, ModelEvent } from '#providers';

/** Turns the events of a later attempt into events that go on where the stream broke off. */
export interface EventJoint {
  /** What the stream goes on with; an error when this answer does not fit what was sent. */
  join(event: ModelEvent): readonly ModelEvent[] | ModelError;
}

/** What the client has been sent so far. */
export interface SentAnswer {
  /** All text, in order. */
  readonly text: string;
  /** The number of the text part that is open, in the numbering of the writer. */
  readonly openText: number | undefined;
}
