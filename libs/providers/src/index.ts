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
export { errorKindOfStatus } from './hub/error-kind.js';
export { PartSequencer } from './hub/part-sequencer.js';
export { readState, writeState } from './hub/state-envelope.js';
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
export * from './spec/index.js';
export { EgressPolicy, EgressRefusedError, type EgressPolicyOptions } from './transport/egress-policy.js';
export { readSseFrame, writeSseFrame } from './transport/sse-frame.js';
export { SSE_EVENT_BYTES_MAX, SseFramer, type EventVerdict, type SseSink } from './transport/sse-framer.js';
export { UpstreamPools, type UpstreamPoolsOptions } from './transport/upstream-pools.js';
