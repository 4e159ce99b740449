export { StreamTap, type AnswerFacts } from './answer-tap.js';
export type { AnswerContext, InboundCodec, ProviderCodec, StreamReader, StreamWriter, WriteContext } from './codec.js';
export type { Dialect } from './dialect.js';
export type {
  EmbeddingInput,
  EmbeddingsAnswer,
  EmbeddingsRequest,
  InboundEmbeddingsCodec,
  ProviderEmbeddingsCodec,
} from './embeddings.js';
export type { Json, JsonObject } from './json.js';
export {
  AnswerUnreadableError,
  RequestUnreadableError,
  UnsupportedFieldError,
  type Loss,
  type LossReport,
} from './loss-report.js';
export type { Finish, FinishReason, ModelAnswer } from './model-answer.js';
export type { ModelCapabilities, ThinkingMode } from './model-capabilities.js';
export { MODEL_ERROR_MESSAGE_CHARACTERS_MAX, type ModelError, type ModelErrorKind } from './model-error.js';
export type { ModelEvent, ModelEventKind } from './model-event.js';
export type {
  AssistantMessage,
  FunctionTool,
  Message,
  ModelRequest,
  OutputFormat,
  ParameterName,
  Parameters,
  ReasoningEffort,
  ReasoningRequest,
  SystemMessage,
  Tool,
  ToolChoice,
  ToolMessage,
  UserMessage,
  VendorTool,
} from './model-request.js';
export type {
  AssistantPart,
  CacheMark,
  Citation,
  MediaPart,
  MediaSource,
  ReasoningPart,
  RefusalPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UnknownPart,
  UserPart,
} from './part.js';
export {
  ProviderAdapter,
  type CredentialIssue,
  type CredentialRules,
  type CredentialSchema,
  type DeclaredModel,
  type DeclaredPrice,
  type Operation,
  type ProviderCall,
  type ProviderCredential,
  type TargetRefusal,
  type UpstreamTarget,
} from './provider-adapter.js';
export type { ProviderState, StateFamily } from './provider-state.js';
export type { PeekedRequest, ReadAnswer, StraightWire } from './straight-wire.js';
export type { StreamFrame } from './stream-frame.js';
export type { Usage } from './usage.js';
