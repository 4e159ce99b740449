/** How a model is asked to think. */
export type ThinkingMode =
  /** It does not, or cannot be asked to. */
  | 'none'
  /** By a number of tokens. */
  | 'budget'
  /** By an effort; a number of tokens is refused. */
  | 'effort'
  /** By an effort, or by a number of tokens. */
  | 'both';

/** What a model can take and give. `undefined` means that nothing is known, so nothing is refused for it. */
export interface ModelCapabilities {
  /** Tokens that input and output may have together. */
  readonly contextTokens: number | undefined;
  readonly outputTokensMax: number | undefined;
  /** What it reads besides text. */
  readonly input: readonly ('image' | 'audio' | 'video' | 'document')[] | undefined;
  /** What it writes besides text. */
  readonly output: readonly ('image' | 'audio')[] | undefined;
  readonly tools: boolean | undefined;
  readonly structuredOutput: boolean | undefined;
  /** Whether it goes on from a partial assistant message. */
  readonly prefill: boolean | undefined;
  readonly thinking: ThinkingMode | undefined;
  /** False when `temperature` and `top_p` are refused by the model. */
  readonly sampling: boolean | undefined;
  /** The OpenAI interfaces that serve it. */
  readonly openAiInterfaces: 'chat' | 'responses' | 'both' | undefined;
}
