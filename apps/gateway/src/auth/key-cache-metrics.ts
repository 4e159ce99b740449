import type { KeyCache } from '#auth-cache';
import { observeMetric } from '../telemetry/observed-metric.js';

const TIER = { labelNames: ['tier'] };
const L1 = { tier: 'l1' };
const L2 = { tier: 'l2' };

/** Shows the key cache on `/metrics` by the reference's names (contract 4.7). */
export function registerKeyCacheMetrics(cache: KeyCache): void {
  observeMetric({
    kind: 'counter',
    name: 'gateway_auth_cache_lookups_total',
    help: 'Keys looked up.',
    samples: () => [{ value: cache.stats().lookups }],
  });
  observeMetric({
    kind: 'counter',
    name: 'gateway_auth_cache_hits_total',
    help: 'Look-ups served at once from memory.',
    ...TIER,
    samples: () => {
      const { hits, shared } = cache.stats();
      return [{ labels: L1, value: hits }, ...(shared === undefined ? [] : [{ labels: L2, value: shared.hits }])];
    },
  });
  observeMetric({
    kind: 'counter',
    name: 'gateway_auth_cache_misses_total',
    help: 'Look-ups that memory could not serve at once.',
    ...TIER,
    samples: () => {
      const { misses, shared } = cache.stats();
      const l2 = shared === undefined ? [] : [{ labels: L2, value: shared.absences + shared.failures }];
      return [{ labels: L1, value: misses }, ...l2];
    },
  });
  observeMetric({
    kind: 'gauge',
    name: 'gateway_auth_cache_size',
    help: 'Keys held in memory.',
    ...TIER,
    samples: () => [{ labels: L1, value: cache.stats().entries }],
  });
}
