import type { JsonObject } from './json.js';
import type { AssistantPart } from './part.js';
import type { Usage } from './usage.js';

/** Why an answer ended. */
export type FinishReason =
  /** The model was done. */
  | 'stop'
  /** The output cap or the context window was reached. */
  | 'length'
  /** The model waits for results of the tools that it called. */
  | 'tool-calls'
  /** The vendor's filter held the answer, or a part of it, back. */
  | 'content-filter'
  /** The model declined. */
  | 'refusal'
  /** The vendor paused a long turn; the client continues it by sending it back. */
  | 'pause'
  /** Any other; `raw` says what. */
  | 'other';

/** Our word and the vendor's for the same end. */
export interface Finish {
  readonly reason: FinishReason;
  /** The vendor's own word. */
  readonly raw?: string;
  /** The stop sequence that was met, where the vendor says so. */
  readonly stopSequence?: string;
}

/** A model's whole answer, in no vendor's words. */
export interface ModelAnswer {
  /** The vendor's id of the answer. */
  readonly id?: string;
  /** The model that answered, as the vendor names it. */
  readonly model?: string;
  readonly parts: readonly AssistantPart[];
  readonly finish: Finish;
  /** Undefined when the vendor did not say. */
  readonly usage: Usage | undefined;
  /** Log probabilities of the text's tokens, in OpenAI's shape: one object per token. */
  readonly logprobs?: readonly JsonObject[];
  readonly serviceTier?: string;
}
