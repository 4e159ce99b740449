import { configPayloadSchema } from '#gateway-protocol';
import { SystemClock, SystemRandom } from '#kernel';
import { KeyCache, KeySource, SilentKeyCacheEvents, type ConfigAnswer, type ResolveAnswer } from '../src/index.js';

/** Answers for any key at once, with a payload of the size that a team's key has: parsed anew, so nothing is shared. */
class AnyKeySource extends KeySource {
  override resolveKey(presentedKey: string): Promise<ResolveAnswer> {
    const number = presentedKey.slice(-8);
    const claims = {
      vk_id: `vk_${number}`,
      org_id: `org_${Number(number) % 1_000}`,
      project_id: `project_${number}`,
      team_id: `team_${number}`,
      exp: 4_102_444_800,
    };
    return Promise.resolve({ kind: 'resolved', claims });
  }

  override fetchConfig(virtualKeyId: string): Promise<ConfigAnswer> {
    const payload: unknown = JSON.parse(JSON.stringify(samplePayload(virtualKeyId)));
    return Promise.resolve({ kind: 'config', config: configPayloadSchema.parse(payload), etag: `42.${virtualKeyId}` });
  }
}

/** A cache that holds `keyCount` keys, and the keys. */
export async function warmCache(keyCount: number): Promise<{ cache: KeyCache; keys: string[] }> {
  const ports = { clock: new SystemClock(), random: new SystemRandom(), events: new SilentKeyCacheEvents() };
  const options = { maxEntries: keyCount, configTtlMs: -1 };
  const cache = new KeyCache({ source: new AnyKeySource(), ...ports }, options);
  const keys = Array.from({ length: keyCount }, (_, index) => `vk-lw-live_${String(index).padStart(26, '0')}`);
  for (const key of keys) await cache.resolve(key);
  return { cache, keys };
}

function samplePayload(virtualKeyId: string): unknown {
  const credential = `sk-proj-${virtualKeyId.repeat(12)}`;
  const provider = (family: string): unknown => ({
    id: `mp_${family}_${virtualKeyId}`,
    type: family,
    credentials: { api_key: credential + family },
    models: ['gpt-5-mini', 'gpt-5', 'text-embedding-3-small'],
  });
  const budget = (scope: string): unknown => ({
    id: `budget_${scope}_${virtualKeyId}`,
    scope,
    scope_id: `${scope}_${virtualKeyId}`,
    window: 'month',
    limit_micro_usd: 25_000_000,
    spent_micro_usd: 20_750_000,
    resets_at: 1_767_312_000,
    on_breach: 'block',
  });
  return {
    vk_id: virtualKeyId,
    revision: '42',
    display_prefix: `vk-lw-${virtualKeyId}`,
    providers: [provider('openai'), provider('anthropic'), provider('groq')],
    model_aliases: { fast: 'openai/gpt-5-mini', smart: 'anthropic/claude' },
    rate_limits: { rpm: 60 },
    budgets: [budget('virtual_key'), budget('project'), budget('organization')],
    vk_tags: ['env=prod'],
  };
}
