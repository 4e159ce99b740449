/** A wire format that a client or a provider speaks. A team's own format is named with the prefix `x-`. */
export type Dialect =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-completions'
  | 'anthropic-messages'
  | 'gemini'
  | 'bedrock-converse'
  | `x-${string}`;
