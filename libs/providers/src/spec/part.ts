import type { Json, JsonObject } from './json.js';
import type { ProviderState } from './provider-state.js';

/** How long a provider is asked to cache the prompt up to a mark. */
export type CacheMark = '5m' | '1h';

/** Where the bytes of a medium are. */
export type MediaSource =
  | { readonly kind: 'data'; readonly mediaType: string; readonly base64: string }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string }
  /** A file that was uploaded to a provider; only providers of the same family know it. */
  | { readonly kind: 'file'; readonly fileId: string; readonly mediaType?: string };

/** Text, with what it cites. */
export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  readonly cacheMark?: CacheMark;
  /** Sources that the text cites, in the order in which they were given. */
  readonly citations?: readonly Citation[];
  /** Set where the vendor ties a state to the text (Gemini). */
  readonly state?: ProviderState;
}

/** A source that a text cites. */
export interface Citation {
  /** `url` for the web, `document` for something that the prompt held. */
  readonly kind: 'url' | 'document';
  readonly url?: string;
  readonly title?: string;
  /** The words that are cited, when the vendor gives them. */
  readonly quote?: string;
  /** Character range in the text that the citation supports, end exclusive. */
  readonly start?: number;
  readonly end?: number;
  /** The vendor's own object, for the same dialect to give back as it was. */
  readonly raw: { readonly family: string; readonly value: JsonObject };
}

/** An image, a sound, a video or a document. */
export interface MediaPart {
  readonly kind: 'media';
  readonly medium: 'image' | 'audio' | 'video' | 'document';
  readonly source: MediaSource;
  /** The file's name, for documents. */
  readonly name?: string;
  /** OpenAI's `detail` of an image. */
  readonly detail?: 'low' | 'high' | 'auto' | 'original';
  readonly cacheMark?: CacheMark;
}

/** The model's reasoning, as far as it is shown. */
export interface ReasoningPart {
  readonly kind: 'reasoning';
  /** Empty when the vendor shows none. */
  readonly text: string;
  /** To be given back to the same family of models. */
  readonly state?: ProviderState;
}

/** The model calls a tool. */
export interface ToolCallPart {
  readonly kind: 'tool-call';
  readonly callId: string;
  readonly name: string;
  /** The arguments exactly as the model wrote them: JSON text, or free text for a custom tool. */
  readonly argumentsText: string;
  /** True for a tool whose input is free text (OpenAI custom tools). */
  readonly freeText?: boolean;
  readonly cacheMark?: CacheMark;
  /** Set where the vendor ties a state to the call (Gemini). */
  readonly state?: ProviderState;
}

/** The model declines to answer, in words. */
export interface RefusalPart {
  readonly kind: 'refusal';
  readonly text: string;
}

/** What a tool answered. */
export interface ToolResultPart {
  readonly kind: 'tool-result';
  readonly callId: string;
  /** The tool's name where the dialect repeats it (Gemini); else find it by the call id. */
  readonly name?: string;
  readonly content: readonly (TextPart | MediaPart)[];
  /** The tool failed, and `content` says how. */
  readonly isError?: boolean;
  readonly cacheMark?: CacheMark;
}

/** A block of the inbound dialect that the hub has no word for; it can only go back to the same dialect. */
export interface UnknownPart {
  readonly kind: 'unknown';
  readonly type: string;
  readonly value: Json;
}

/** What a user message may hold. */
export type UserPart = TextPart | MediaPart | UnknownPart;

/** What an assistant message may hold. */
export type AssistantPart = TextPart | ReasoningPart | ToolCallPart | RefusalPart | MediaPart | UnknownPart;
