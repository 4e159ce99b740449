export { BundleVerifier, type BundleSecrets, type BundleVerification } from './bundle-verifier.js';
export { ChangeFeed, type ChangeFeedOptions, type ChangeFeedPorts, type ChangeFeedStats } from './change-feed.js';
export { ChangeSource, type ChangeAnswer, type ChangePoll } from './change-source.js';
export { ControlPlaneChangeSource } from './control-plane-change-source.js';
export { ControlPlaneKeySource } from './control-plane-key-source.js';
export {
  SilentKeyCacheEvents,
  KeyCacheEvents,
  type HardEvictReason,
  type KeyCacheEvent,
  type RefreshStep,
} from './key-cache-events.js';
export type { KeyCacheOptions } from './key-cache-options.js';
export { KeyCache, type KeyCachePorts, type KeyCacheStats } from './key-cache.js';
export { digestKey } from './key-digest.js';
export {
  KeySource,
  type ConfigAnswer,
  type ResolveAnswer,
  type SourceFailure,
  type SourceFailureKind,
} from './key-source.js';
export type { KeyDenialReason, KeyDenied, KeyGranted, KeyRefusalReason, Resolution } from './resolution.js';
export { UNKNOWN_KEY_LIMIT_DEFAULTS, UnknownKeyLimit, type UnknownKeyLimitOptions } from './unknown-key-limit.js';
