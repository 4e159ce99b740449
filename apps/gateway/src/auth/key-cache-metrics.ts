import type { KeyCache } from '#auth-cache';
import type { GatewayMetrics } from '../telemetry/gateway-metrics.js';

const TIER = { tier: 'l1' };

/** Shows the key cache on `/metrics` by the reference's names (contract 4.7). */
export function registerKeyCacheMetrics(metrics: GatewayMetrics, cache: KeyCache): void {
  metrics.observe('counter', 'gateway_auth_cache_lookups_total', 'Keys looked up.', () => [
    { labels: {}, value: cache.stats().lookups },
  ]);
  metrics.observe('counter', 'gateway_auth_cache_hits_total', 'Look-ups served at once from memory.', () => [
    { labels: TIER, value: cache.stats().hits },
  ]);
  metrics.observe('counter', 'gateway_auth_cache_misses_total', 'Look-ups that memory could not serve at once.', () => [
    { labels: TIER, value: cache.stats().misses },
  ]);
  metrics.observe('gauge', 'gateway_auth_cache_size', 'Keys held in memory.', () => [
    { labels: TIER, value: cache.stats().entries },
  ]);
}
