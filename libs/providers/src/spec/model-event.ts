import type { JsonObject } from './json.js';
import type { Finish } from './model-answer.js';
import type { ModelError } from './model-error.js';
import type { Citation, MediaPart } from './part.js';
import type { ProviderState } from './provider-state.js';
import type { Usage } from './usage.js';

/**
 * A step of a streamed answer, in no vendor's words.
 *
 * `part` is the reader's own number of a part; parts may interleave. A reader never sends two starts or two ends for
 * one part, nor a delta outside of them, and nothing after `finish` but `usage`; it sends no `finish` for a stream that
 * was cut. {@link ModelError} ends a stream.
 */
export type ModelEvent =
  | { readonly kind: 'answer-start'; readonly id?: string; readonly model?: string }
  | { readonly kind: 'text-start'; readonly part: number }
  | {
      readonly kind: 'text-delta';
      readonly part: number;
      readonly text: string;
      readonly logprobs?: readonly JsonObject[];
    }
  | { readonly kind: 'text-citation'; readonly part: number; readonly citation: Citation }
  | { readonly kind: 'text-end'; readonly part: number; readonly state?: ProviderState }
  | { readonly kind: 'reasoning-start'; readonly part: number }
  | { readonly kind: 'reasoning-delta'; readonly part: number; readonly text: string }
  | { readonly kind: 'reasoning-end'; readonly part: number; readonly state?: ProviderState }
  | { readonly kind: 'refusal-start'; readonly part: number }
  | { readonly kind: 'refusal-delta'; readonly part: number; readonly text: string }
  | { readonly kind: 'refusal-end'; readonly part: number }
  | {
      readonly kind: 'tool-call-start';
      readonly part: number;
      readonly callId: string;
      readonly name: string;
      readonly freeText?: boolean;
      /** Set here where the vendor gives it with the call (Gemini). */
      readonly state?: ProviderState;
    }
  | { readonly kind: 'tool-call-delta'; readonly part: number; readonly argumentsText: string }
  | { readonly kind: 'tool-call-end'; readonly part: number }
  /** A whole medium that the model made. */
  | { readonly kind: 'media'; readonly part: number; readonly media: MediaPart }
  /** May come more than once; the last one counts. */
  | { readonly kind: 'usage'; readonly usage: Usage }
  | { readonly kind: 'finish'; readonly finish: Finish; readonly serviceTier?: string }
  /** The vendor reported an error inside of the stream. */
  | { readonly kind: 'error'; readonly error: ModelError };

/** The kind of a {@link ModelEvent}. */
export type ModelEventKind = ModelEvent['kind'];
