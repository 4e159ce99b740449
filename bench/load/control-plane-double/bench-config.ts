import type { ConfigPayloadInput } from '#gateway-protocol';
import { BENCH_MODEL } from '../scenarios.js';

/** The virtual key of the benchmark. */
export const VIRTUAL_KEY_ID = 'vk_bench';

const LIMIT_MICRO_USD = 1_000_000_000_000;

/** A key as a team would have it: one provider with prices, three budgets that are far from used up, no rate limits. */
export function benchConfig(upstreamUrl: string) {
  return {
    revision: '1',
    vk_id: VIRTUAL_KEY_ID,
    status: 'active',
    organization_id: 'org_bench',
    project_id: 'project_bench',
    team_id: 'team_bench',
    providers: [
      {
        id: 'mp_bench',
        type: 'custom',
        base_url: upstreamUrl,
        credentials: { api_key: 'sk-bench' },
        models: [BENCH_MODEL],
        prices: { [BENCH_MODEL]: { input: 1_000_000_000, output: 4_000_000_000 } },
      },
    ],
    budgets: [
      budget('organization', 'org_bench', 'month'),
      budget('project', 'project_bench', 'month'),
      budget('virtual_key', VIRTUAL_KEY_ID, 'day'),
    ],
    rate_limits: null,
  } satisfies ConfigPayloadInput;
}

function budget(scope: 'organization' | 'project' | 'virtual_key', scopeId: string, window: 'day' | 'month') {
  return {
    id: `budget_${scope}`,
    scope,
    scope_id: scopeId,
    window,
    limit_micro_usd: LIMIT_MICRO_USD,
    spent_micro_usd: 0,
    resets_at: null,
    on_breach: 'block' as const,
  };
}
