/// <reference types="node" preserve="true" />

// What an adapter is written with: the types of the hub, the codecs of known dialects, and small parts that most
// adapters need. The adapters that come with the gateway, and what it needs to run them, are not in it.
export { parseBaseUrl, type BaseUrl } from '../src/adapters/base-url.js';
export { isHeaderValue, secretOf } from '../src/adapters/header-value.js';
export { perCredential } from '../src/adapters/per-credential.js';
export { UNKNOWN_CAPABILITIES } from '../src/capabilities/model-capabilities.js';
export { anthropicMessagesProvider } from '../src/dialects/anthropic-messages/index.js';
export { bedrockConverseProvider } from '../src/dialects/bedrock-converse/index.js';
export { geminiProvider } from '../src/dialects/gemini/index.js';
export { openAiChatProvider } from '../src/dialects/openai-chat/index.js';
export { openAiEmbeddingsProvider } from '../src/dialects/openai-embeddings/index.js';
export { openAiResponsesProvider } from '../src/dialects/openai-responses/index.js';
export { AnswerCollector } from '../src/hub/answer-collector.js';
export { errorKindOfStatus } from '../src/hub/error-kind.js';
export { readState, writeState } from '../src/hub/state-envelope.js';
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
} from '../src/json/read-json.js';
export { definePlugin, type AdapterOrClass, type Plugin } from '../src/plugins/define-plugin.js';
export * from '../src/spec/index.js';
export { readSseFrame, writeSseFrame } from '../src/transport/sse-frame.js';
