export { AdapterRegistry } from './adapter-registry.js';
export { readChatAnswer, type ChatAnswer } from './dialects/openai-chat/chat-answer.js';
export {
  encodeChatRequest,
  readChatRequest,
  usageChunkIsOurs,
  type ChatRequest,
} from './dialects/openai-chat/chat-request.js';
export { ChatStreamTap, type ChatStreamTapOptions } from './dialects/openai-chat/chat-stream-tap.js';
export { readChatUsage } from './dialects/openai-chat/chat-usage.js';
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
export { StreamTap, type AnswerFacts } from './spec/answer-tap.js';
export type { Dialect } from './spec/dialect.js';
export {
  ProviderAdapter,
  type Operation,
  type ProviderCredential,
  type TargetRefusal,
  type UpstreamTarget,
} from './spec/provider-adapter.js';
export type { Usage } from './spec/usage.js';
export { EgressPolicy, EgressRefusedError, type EgressPolicyOptions } from './transport/egress-policy.js';
export { SSE_EVENT_BYTES_MAX, SseFramer, type EventVerdict, type SseSink } from './transport/sse-framer.js';
export { UpstreamPools, type UpstreamPoolsOptions } from './transport/upstream-pools.js';
