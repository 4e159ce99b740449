/** Where a client sends its requests, and as whom. */
export interface Connection {
  /** The gateway, without a path. */
  readonly url: string;
  /** A virtual key. */
  readonly key: string;
  readonly model: string;
}

/** What a dialogue is about, in no SDK's words. */
export interface Question {
  readonly text: string;
  readonly system?: string;
  /** A picture that goes with the text, as PNG in base64. */
  readonly image?: string;
  /** A tool that may be called, with the JSON Schema of its arguments. */
  readonly tool?: { readonly name: string; readonly description: string; readonly schema: ToolSchema };
  /** The model is to think, and what it thought goes back with the results of tools. Default: false. */
  readonly thinks?: boolean;
  /** The JSON Schema that the answer must have. */
  readonly answerSchema?: ToolSchema;
}

/** A JSON Schema of an object. */
export interface ToolSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
  readonly [name: string]: unknown;
}

/** A tool call as the SDK gave it. */
export interface CalledTool {
  /** Undefined where the vendor gives none: Google does not always. */
  readonly id: string | undefined;
  readonly name: string;
  readonly input: unknown;
}

/** An answer as the SDK gave it. */
export interface Reply {
  readonly text: string;
  readonly calls: readonly CalledTool[];
  /** Why the model ended, in the SDK's own word. */
  readonly finish: string;
  /** All tokens of the prompt, also those from a cache. */
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** Pieces of text that a stream came in; 0 for a plain answer. */
  readonly pieces: number;
}

/** What the caller of a stream wants besides its answer. */
export interface StreamOptions {
  /** Aborts the request, in the way that the SDK has for it. */
  readonly signal?: AbortSignal;
  /** Told of each piece of text as it comes. */
  readonly onPiece?: () => void;
}

/** A conversation by means of one SDK. What was answered is a part of the next request, as the SDK gave it. */
export interface Dialogue {
  plain(): Promise<Reply>;
  stream(options?: StreamOptions): Promise<Reply>;
  /** Answers the calls of the last reply, one text each, in their order. */
  answerCalls(results: readonly string[]): void;
  say(text: string): void;
}

/** What an SDK made of a failure. */
export interface RaisedError {
  /** The name of its own error class. */
  readonly name: string;
  readonly status: number | undefined;
}

/** Embeddings as the SDK gave them. */
export interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  /** Undefined where the SDK does not tell. */
  readonly inputTokens: number | undefined;
}

/** The words of an SDK for facts that all of them tell. */
export interface SdkWords {
  /** Reasons to end: the answer is whole. */
  readonly stop: string;
  /** Reasons to end: tools are to be called. */
  readonly toolCalls: string;
  /** Names of the classes that are raised for these statuses. */
  readonly errors: Readonly<Record<400 | 401 | 429, string>>;
}

/** An official SDK as a client of the gateway. */
export interface SdkClient {
  /** The heading of its table: the SDK and which interface it calls. */
  readonly title: string;
  /** The npm packages whose versions count. */
  readonly packages: readonly string[];
  /** What a reader must know of how it is used. */
  readonly remark?: string | undefined;
  readonly words: SdkWords;
  open(connection: Connection, question: Question): Dialogue;
  /** Undefined where the SDK embeds nothing. */
  embed: ((connection: Connection, texts: readonly string[]) => Promise<Embedded>) | undefined;
  /** Undefined for anything but an error class of the SDK's own. */
  raised(error: unknown): RaisedError | undefined;
}
