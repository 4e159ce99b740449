export type { BootstrapEnd } from './bootstrap/bootstrap-end.js';
export { BootstrapSource, type BootstrapAnswer } from './bootstrap/bootstrap-source.js';
export { Bootstrap, type BootstrapOptions, type BootstrapPorts, type BootstrapReport } from './bootstrap/bootstrap.js';
export { ControlPlaneBootstrapSource } from './bootstrap/control-plane-bootstrap-source.js';
export type { Preloaded, PreloadMoment } from './bootstrap/preload.js';
export {
  BundleVerifier,
  type BundleSecrets,
  type BundleVerification,
  type TokenVerification,
} from './bundle-verifier.js';
export {
  ChangeFeed,
  feedSilenceMaxMs,
  type ChangeFeedOptions,
  type ChangeFeedPorts,
  type ChangeFeedStats,
} from './change-feed.js';
export { ChangeSource, type ChangeAnswer, type ChangePoll } from './change-source.js';
export { ControlPlaneChangeSource } from './control-plane-change-source.js';
export { ControlPlaneKeySource } from './control-plane-key-source.js';
export { FeedHealth } from './feed-health.js';
export {
  SilentKeyCacheEvents,
  KeyCacheEvents,
  type HardEvictReason,
  type KeyCacheEvent,
  type KeyEndReason,
  type RefreshStep,
} from './key-cache-events.js';
export type { KeyCacheOptions } from './key-cache-options.js';
export { MultiplexedChangeSource, type MultiplexedChangeSourcePorts } from './multiplexed-change-source.js';
export { KeyCache, type KeyCachePorts, type KeyCacheStats } from './key-cache.js';
export { digestKey } from './key-digest.js';
export {
  KeySource,
  type ConfigAnswer,
  type ResolveAnswer,
  type SourceFailure,
  type SourceFailureKind,
} from './key-source.js';
export { RedisKeyStore, type RedisKeyStoreOptions, type RedisKeyStorePorts } from './l2/redis-key-store.js';
export { parseRedisUrl, type ParsedRedisUrl, type RedisTarget } from './l2/redis-url.js';
export type { SharedKeyEvent, SharedOperation } from './l2/shared-key-events.js';
export {
  SharedKeyStore,
  type SharedAnswer,
  type SharedChange,
  type SharedMark,
  type SharedSubject,
  type SharedWrite,
} from './l2/shared-key-store.js';
export type { SharedKeysStats } from './l2/shared-keys.js';
export type { KeyDenialReason, KeyDenied, KeyGranted, KeyRefusalReason, Resolution } from './resolution.js';
export { UNKNOWN_KEY_LIMIT_DEFAULTS, UnknownKeyLimit, type UnknownKeyLimitOptions } from './unknown-key-limit.js';
