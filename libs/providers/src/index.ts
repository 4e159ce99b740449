export { AdapterRegistry } from './adapter-registry.js';
export { createShippedAdapters } from './adapters/shipped-adapters.js';
export { UNKNOWN_CAPABILITIES, capabilitiesOf } from './capabilities/model-capabilities.js';
export {
  anthropicMessagesInbound,
  anthropicMessagesProvider,
  anthropicMessagesStraight,
  encodeMessagesRequest,
  readCountTokensRequest,
  readMessagesRequest,
  readTokenCount,
  writeTokenCount,
  type MessagesRequest,
} from './dialects/anthropic-messages/index.js';
export { bedrockConverseProvider } from './dialects/bedrock-converse/index.js';
export { geminiEmbeddingsInbound } from './dialects/gemini-embeddings/index.js';
export {
  geminiInbound,
  geminiProvider,
  geminiStraight,
  readCountTokensAnswer as readGeminiCountTokensAnswer,
  readCountTokensRequest as readGeminiCountTokensRequest,
  readGeminiRequest,
  writeCountTokensAnswer as writeGeminiCountTokensAnswer,
  writeCountTokensRequest as writeGeminiCountTokensRequest,
  type GeminiRequest,
} from './dialects/gemini/index.js';
export {
  ChatStreamTap,
  encodeChatRequest,
  openAiChatInbound,
  openAiChatProvider,
  openAiChatStraight,
  readChatAnswer,
  readChatRequest,
  readChatUsage,
  usageChunkIsOurs,
  type ChatAnswer,
  type ChatRequest,
  type ChatStreamTapOptions,
} from './dialects/openai-chat/index.js';
export {
  openAiCompletionsInbound,
  openAiCompletionsStraight,
  readCompletionsRequest,
  type CompletionsRequest,
} from './dialects/openai-completions/index.js';
export {
  encodeEmbeddingsRequest,
  openAiEmbeddingsInbound,
  openAiEmbeddingsProvider,
  readEmbeddingsAnswer,
  readEmbeddingsHead,
  type EmbeddingsHead,
} from './dialects/openai-embeddings/index.js';
export {
  openAiResponsesInbound,
  openAiResponsesProvider,
  ResponsesStreamTap,
  openAiResponsesStraight,
  readResponsesRequest,
  type ResponsesRequest,
} from './dialects/openai-responses/index.js';
export { AnswerCollector } from './hub/answer-collector.js';
export { eventsOf } from './hub/answer-events.js';
export { applyParameterPolicy, type PolicyInput, type PolicyOutcome } from './hub/apply-parameter-policy.js';
export { errorKindOfStatus } from './hub/error-kind.js';
export { Losses } from './hub/losses.js';
export { missingCapability, type MissingCapability } from './hub/missing-capability.js';
export { PartSequencer } from './hub/part-sequencer.js';
export { readState, writeState } from './hub/state-envelope.js';
export { estimateTokens } from './hub/token-estimate.js';
export { isCompleteObject } from './json/is-complete-object.js';
export {
  asBoolean,
  asCount,
  asList,
  asNonEmptyString,
  asNumber,
  asObject,
  asString,
  compact,
  parseObject,
} from './json/read-json.js';
export {
  JSON_DEPTH_MAX,
  JsonScanError,
  scanTopLevel,
  type MemberSpan,
  type Span,
  type TopLevelScan,
} from './json/scan-top-level.js';
export { splice, type Splice } from './json/splice.js';
export { normalizeBaseUrl, OpenAiCompatibleAdapter } from './openai-compatible/openai-compatible.adapter.js';
export { OPENAI_COMPATIBLE_VENDORS, type OpenAiCompatibleVendor } from './openai-compatible/vendors.js';
export {
  PluginError,
  createAdapterRegistry,
  declaredCapabilities,
  declaredPrices,
  declaresModel,
  definePlugin,
  isUnsupportedField,
  loadPlugins,
  type AdapterOrClass,
  type AdapterRegistryOptions,
  type DeclaredPriceNanoUsd,
  type Plugin,
  type PluginPorts,
} from './plugins/index.js';
export { ProvidersModule, type ProvidersModuleOptions } from './providers.module.js';
export * from './spec/index.js';
export { AwsEventStreamFramer } from './transport/aws-event-stream-framer.js';
export { EgressPolicy, EgressRefusedError, type EgressPolicyOptions } from './transport/egress-policy.js';
export { readSseFrame, writeSseFrame } from './transport/sse-frame.js';
export { SSE_EVENT_BYTES_MAX, SseFramer, type EventVerdict, type SseSink } from './transport/sse-framer.js';
export { UpstreamPools, type UpstreamPoolsOptions } from './transport/upstream-pools.js';
