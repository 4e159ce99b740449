import type { KeyCacheOptions } from '#auth-cache';
import type { GatewayConfig } from '../config/gateway-config.js';

/** Limit of a refresh for which nobody waits, or whose waiters hold a usable bundle. */
const BACKGROUND_TIMEOUT_MS_MAX = 2_000;

/** What the configuration says of the key cache. */
export type KeyCacheConfig = Pick<
  GatewayConfig,
  | 'authCacheEntriesMax'
  | 'authCacheSoftBumpMs'
  | 'authCacheHardGraceMs'
  | 'authCacheConfigTtlMs'
  | 'authCacheRefreshThresholdMs'
  | 'controlPlaneRequestTimeoutMs'
>;

/** The key cache's options as the configuration has them. */
export function keyCacheSettings(config: KeyCacheConfig): Partial<KeyCacheOptions> {
  const foregroundTimeoutMs = config.controlPlaneRequestTimeoutMs;
  return {
    maxEntries: config.authCacheEntriesMax,
    softBumpMs: config.authCacheSoftBumpMs,
    hardGraceMs: config.authCacheHardGraceMs,
    configTtlMs: config.authCacheConfigTtlMs,
    refreshThresholdMs: config.authCacheRefreshThresholdMs,
    foregroundTimeoutMs,
    // With a bundle to fall back on, nobody waits longer than without one.
    backgroundTimeoutMs: Math.min(BACKGROUND_TIMEOUT_MS_MAX, foregroundTimeoutMs),
  };
}
