import { describe, expect, it } from 'vitest';
import { bundleClaimsSchema } from './bundle-claims.js';
import { createBundle, normalizeFamily, type Bundle } from './bundle.js';
import { configPayloadSchema, type ConfigPayloadInput } from './config-payload.js';

function bundleOf(config: Partial<ConfigPayloadInput>, claims: Record<string, unknown> = {}): Bundle {
  return createBundle(
    bundleClaimsSchema.parse({ vk_id: 'vk_1', org_id: 'org_1', exp: 1_767_226_500, ...claims }),
    configPayloadSchema.parse({ vk_id: 'vk_1', ...config }),
  );
}

describe('createBundle', () => {
  it('reads absent and null lists as empty, and empty restrictions as none', () => {
    const bundle = bundleOf({
      providers: null,
      budgets: null,
      models_allowed: [],
      providers_allowed: [],
      vk_tags: null,
    });
    expect(bundle).toMatchObject({ modelProviders: [], budgets: [], tags: [] });
    expect(bundle.routing).toMatchObject({ modelsAllowed: null, providersAllowed: null });
  });

  it.each([
    [undefined, 100, 100_000],
    [null, 100, null],
    [200, 100, 200_000],
    [undefined, null, null],
    [undefined, undefined, null],
  ])('keeps the held expiry when the configuration is silent (config %s, claims %s)', (config, claims, expected) => {
    const bundle = bundleOf(config === undefined ? {} : { expires_at: config }, { vk_expires_at: claims });
    expect(bundle.expiresAtMs).toBe(expected);
  });

  it('fails whole on a garbage expiry rather than adopting a part', () => {
    expect(configPayloadSchema.safeParse({ vk_id: 'vk_1', expires_at: 'soon' }).success).toBe(false);
  });

  it('allows one attempt when the key has no fallback, whatever the payload says', () => {
    expect(bundleOf({ routing_mode: 'none', fallback: { max_attempts: 9 } }).routing.maxAttempts).toBe(1);
    expect(bundleOf({ fallback: { max_attempts: 3 } }).routing).toMatchObject({ mode: 'fallback_all', maxAttempts: 3 });
  });

  it('tolerates retired fields and reads credential values that are no text as empty', () => {
    const slot = { id: 'mp_1', type: 'azure_openai', credentials: { api_key: 7, endpoint: 'https://x' }, handle: 'EU' };
    const retired = { fallback: { max_attempts: 1, on: ['5xx'], timeout_ms: 1 } } as Partial<ConfigPayloadInput>;
    const [provider] = bundleOf({ providers: [slot], ...retired }).modelProviders;
    expect(provider).toMatchObject({
      family: 'azure',
      handle: 'eu',
      credentials: { api_key: '', endpoint: 'https://x' },
    });
  });
});

describe('normalizeFamily', () => {
  it.each([
    ['OpenAI', 'openai'],
    ['vertex_ai', 'vertex'],
    ['google_gemini', 'gemini'],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
  ])('reads %s as %s', (type, family) => {
    expect(normalizeFamily(type)).toBe(family);
  });
});
