import type { JsonObject } from './json.js';
import type { AssistantPart, CacheMark, TextPart, ToolResultPart, UserPart } from './part.js';

/** Instructions of the operator. Most stand first; OpenAI allows them anywhere. */
export interface SystemMessage {
  readonly role: 'system';
  readonly parts: readonly TextPart[];
}

/** What the user said. */
export interface UserMessage {
  readonly role: 'user';
  readonly parts: readonly UserPart[];
  /** OpenAI's `name` of a participant. */
  readonly name?: string;
}

/** What the model said in an earlier turn, or the beginning of what it shall say (prefill) when it stands last. */
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly parts: readonly AssistantPart[];
  readonly name?: string;
}

/** What tools answered to the assistant message before it. */
export interface ToolMessage {
  readonly role: 'tool';
  readonly parts: readonly ToolResultPart[];
}

/** One message of a conversation. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** A tool that the client offers. */
export interface FunctionTool {
  readonly kind: 'function';
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; undefined when there are none. */
  readonly parameters?: JsonObject;
  /** The vendor is asked to hold the model to the schema. */
  readonly strict?: boolean;
  readonly cacheMark?: CacheMark;
}

/** A tool that the vendor runs itself, or whose shape only one dialect knows. */
export interface VendorTool {
  readonly kind: 'vendor';
  /** The inbound dialect's type, such as `web_search_20260209`, `web_search`, `googleSearch`. */
  readonly type: string;
  /** Every dialect's plain web search is recognised, because it can be carried. */
  readonly webSearch: boolean;
  readonly value: JsonObject;
}

/** A tool of a request. */
export type Tool = FunctionTool | VendorTool;

/** Which tools the model may or must call. */
export type ToolChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  /** At least one call of any tool. */
  | { readonly kind: 'required' }
  | { readonly kind: 'tool'; readonly name: string }
  /** Only these, by `mode`. */
  | { readonly kind: 'allowed'; readonly mode: 'auto' | 'required'; readonly names: readonly string[] };

/** The shape that the answer's text must have. */
export type OutputFormat =
  | { readonly kind: 'text' }
  /** Any JSON value. */
  | { readonly kind: 'json' }
  | {
      readonly kind: 'json-schema';
      readonly name: string;
      readonly description?: string;
      readonly schema: JsonObject;
      readonly strict?: boolean;
    };

/** How hard the model shall think, from none to all. */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** What the client asks of the model's reasoning. All may be absent. */
export interface ReasoningRequest {
  readonly effort?: ReasoningEffort;
  /** Tokens to think with; 0 switches thinking off, -1 leaves it to the model. */
  readonly budgetTokens?: number;
  /** The model decides by itself how much to think (Anthropic's `adaptive`, Gemini's -1). */
  readonly adaptive?: boolean;
  /** Whether the client wants to see the reasoning, or a summary of it. */
  readonly visible?: boolean;
  /** OpenAI's `summary`: `auto`, `concise`, `detailed`. */
  readonly summary?: string;
}

/**
 * Everything that tunes a request, by our name. A dialect's reader fills in what the client said; the parameter policy
 * takes out what a provider cannot do before a writer sees it. Absent means that the client did not say.
 */
export interface Parameters {
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly seed?: number;
  /** How many answers; only 1 can be carried. */
  readonly candidateCount?: number;
  readonly logitBias?: JsonObject;
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;
  readonly user?: string;
  readonly safetyIdentifier?: string;
  readonly metadata?: JsonObject;
  readonly store?: boolean;
  readonly serviceTier?: string;
  readonly parallelToolCalls?: boolean;
  readonly toolChoice?: ToolChoice;
  readonly outputFormat?: OutputFormat;
  readonly reasoning?: ReasoningRequest;
  readonly verbosity?: 'low' | 'medium' | 'high';
  readonly prediction?: JsonObject;
  /** What the answer may consist of, such as `text`, `audio`, `image`. */
  readonly modalities?: readonly string[];
  readonly audio?: JsonObject;
  readonly webSearchOptions?: JsonObject;
  readonly promptCacheKey?: string;
  readonly promptCacheRetention?: string;
  readonly truncation?: string;
  /** OpenAI Responses: the conversation goes on from a stored answer. Only the same provider has it. */
  readonly previousResponseId?: string;
  /** OpenAI Responses: run in the background. */
  readonly background?: boolean;
  /** OpenAI's deprecated `functions` and `function_call`. */
  readonly functions?: true;
  /** Gemini: a cache that was made before. */
  readonly cachedContent?: string;
  readonly safetySettings?: readonly JsonObject[];
  readonly labels?: JsonObject;
}

/** The name of a parameter. */
export type ParameterName = keyof Parameters;

/** A request for a model's answer, in no vendor's words. Every dialect is read into it and written from it. */
export interface ModelRequest {
  readonly streams: boolean;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly parameters: Parameters;
  /** Top-level names of the inbound body that no dialect but its own knows, for the loss report. */
  readonly unknownNames: readonly string[];
}
