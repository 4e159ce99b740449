import {
  anthropicMessagesProvider,
  asCount,
  geminiProvider,
  writeGeminiCountTokensRequest,
  type Dialect,
  type JsonObject,
  type ModelRequest,
  type ProviderCodec,
  type WriteContext,
} from '#providers';

/** How a provider's dialect is asked to count the tokens of a request that came in another one. */
export interface ProviderCount {
  readonly codec: ProviderCodec;
  write(request: ModelRequest, context: WriteContext): JsonObject;
  /** Undefined when the answer has no count. */
  read(answer: JsonObject): number | undefined;
}

/** Members of a message request that its token count does not take. */
const NOT_COUNTED = [
  'max_tokens',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'metadata',
  'service_tier',
];

const COUNTS: Partial<Record<Dialect, ProviderCount>> = {
  'anthropic-messages': {
    codec: anthropicMessagesProvider,
    write: (request, context) => withoutMembers(anthropicMessagesProvider.writeRequest(request, context), NOT_COUNTED),
    read: (answer) => asCount(answer['input_tokens']),
  },
  gemini: {
    codec: geminiProvider,
    write: (request, context) => writeGeminiCountTokensRequest(request, context),
    read: (answer) => asCount(answer['totalTokens']),
  },
};

/** How to ask in `dialect`, or undefined when it has no such question. */
export function providerCountOf(dialect: Dialect): ProviderCount | undefined {
  return COUNTS[dialect];
}

function withoutMembers(body: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}
