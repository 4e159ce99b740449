import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { configPayloadSchema, createBundle } from '#gateway-protocol';
import { type TestControlPlane, startTestControlPlane } from '../testing/control-plane.js';
import { Seed } from '../testing/seed.js';
import { signedFetch } from '../testing/signed-fetch.js';

const ETAG = /^\d+\.[0-9a-f]{16}$/;

let plane: TestControlPlane;
let seed: Seed;
let keyCount = 0;

beforeAll(async () => {
  plane = await startTestControlPlane(inject('postgresUrl'));
});

beforeEach(async () => {
  seed = await Seed.create(plane.database);
});

afterAll(async () => {
  await plane?.close();
});

async function newKey(changes: Parameters<Seed['virtualKey']>[1] = {}) {
  keyCount += 1;
  return seed.virtualKey(`vk-lw-live_${String(keyCount).padStart(26, '0')}`, changes);
}

async function fetchConfig(virtualKeyId: string, etag?: string): Promise<Response> {
  return signedFetch(plane, `/config/${virtualKeyId}`, {
    headers: etag === undefined ? {} : { 'if-none-match': etag },
  });
}

async function readConfig(virtualKeyId: string) {
  const response = await fetchConfig(virtualKeyId);
  expect(response.status).toBe(200);
  return configPayloadSchema.parse(await response.json());
}

async function etagOf(virtualKeyId: string): Promise<string> {
  return (await fetchConfig(virtualKeyId)).headers.get('etag') ?? '';
}

describe('the configuration of a key', () => {
  it('is complete enough to make a bundle from', async () => {
    const provider = await seed.modelProvider('primary', {
      handle: 'eu',
      base_url: 'https://eu.example.com/v1',
      models: ['gpt-5-mini'],
      deployment_map: JSON.stringify({ 'gpt-5-mini': 'my-deployment' }),
      prices: JSON.stringify({ 'gpt-5-mini': { input: 1, output: 2 } }),
      default_price: JSON.stringify({ input: 3, output: 4 }),
      labels: ['region:eu'],
    });
    const budget = await seed.budget({ provider_key: provider.id, limit_nano_usd: 25_000_000_999n });
    const key = await newKey({
      principal_user_id: 'user-1',
      routing_mode: 'fallback_all',
      expires_at: new Date(Date.UTC(2030, 0, 1)),
      config: JSON.stringify({
        modelsAllowed: ['gpt-*'],
        modelAliases: { fast: 'openai/gpt-5-mini' },
        rateLimits: { rpm: 60 },
        metadata: { tags: ['env=prod'] },
      }),
    });
    const config = await readConfig(key.id);
    const bundle = createBundle({ vk_id: key.id, org_id: seed.organization.id, exp: 0 }, config);
    expect(bundle).toMatchObject({
      virtualKeyId: key.id,
      expiresAtMs: Date.UTC(2030, 0, 1),
      revision: '1',
      unpricedModels: 'refuse',
      tags: ['env=prod'],
      rateLimits: { requestsPerMinute: 60, tokensPerMinute: null, requestsPerDay: null },
      routing: { mode: 'fallback_all', maxAttempts: 3, modelsAllowed: ['gpt-*'], providersAllowed: null },
    });
    expect(bundle.routing.modelAliases.get('fast')).toBe('openai/gpt-5-mini');
    expect(bundle.modelProviders).toEqual([
      {
        id: provider.id,
        family: 'openai',
        credentials: { api_key: 'sk-primary' },
        baseUrl: 'https://eu.example.com/v1',
        deploymentMap: { 'gpt-5-mini': 'my-deployment' },
        handle: 'eu',
        models: ['gpt-5-mini'],
        prices: { 'gpt-5-mini': { input: 1, output: 2 } },
        defaultPrice: { input: 3, output: 4 },
        labels: ['region:eu'],
      },
    ]);
    expect(bundle.budgets).toMatchObject([
      {
        id: budget.id,
        scope: 'organization',
        scopeId: `${seed.organization.id}|provider:${provider.id}`,
        modelProviderId: provider.id,
        limitMicroUsd: 25_000_000,
        spentMicroUsd: 0,
        window: 'day',
        onBreach: 'block',
      },
    ]);
    expect(config).toMatchObject({ project_id: seed.project.id, team_id: seed.team.id, principal_id: 'user-1' });
  });

  it('is never cached on the way, and unknown for an unknown key', async () => {
    const key = await newKey();
    expect((await fetchConfig(key.id)).headers.get('cache-control')).toBe('no-store');
    const unknown = await fetchConfig('vk_unknown');
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { type: 'invalid_api_key', code: 'virtual_key_not_found' } });
  });

  it('says null for a key that never expires, so that gateways drop a date they hold', async () => {
    const key = await newKey();
    expect(await (await fetchConfig(key.id)).json()).toMatchObject({ expires_at: null });
  });

  it.each(['disabled', 'revoked'] as const)('of a %s key has no credentials in it', async (status) => {
    await seed.modelProvider('primary');
    const key = await newKey({ status, revoked_at: status === 'revoked' ? new Date() : null });
    expect(await readConfig(key.id)).toMatchObject({ status, providers: [] });
  });

  it('pins one attempt when the key does no routing', async () => {
    const key = await newKey({ config: JSON.stringify({ fallback: { maxAttempts: 5 } }) });
    expect(await readConfig(key.id)).toMatchObject({ routing_mode: 'none', fallback: { max_attempts: 1 } });
  });
});

describe('the reach of a key', () => {
  it('is what its scopes inherit from above, and nothing beside or below', async () => {
    const organizationId = seed.organization.id;
    const otherTeam = await seed.database
      .insertInto('teams')
      .values({ id: Seed.ids.create('team'), organization_id: organizationId, name: 'other' })
      .returningAll()
      .executeTakeFirstOrThrow();
    await seed.modelProvider('of-organization', { priority: 1 });
    await seed.modelProvider('of-team', { scope_type: 'team', scope_id: seed.team.id, priority: 2 });
    await seed.modelProvider('of-project', { scope_type: 'project', scope_id: seed.project.id, priority: 3 });
    await seed.modelProvider('of-other-team', { scope_type: 'team', scope_id: otherTeam.id, priority: 4 });
    const names = async (...scopes: ['organization' | 'team' | 'project', string][]): Promise<string[]> => {
      const key = await newKey();
      await seed.database.deleteFrom('virtual_key_scopes').where('virtual_key_id', '=', key.id).execute();
      for (const [type, id] of scopes) await seed.scope(key.id, type, id);
      const { providers } = await readConfig(key.id);
      return providers.map(({ credentials }) => credentials?.['api_key']?.replace('sk-', '') ?? '');
    };
    expect(await names(['project', seed.project.id])).toEqual(['of-organization', 'of-team', 'of-project']);
    expect(await names(['team', seed.team.id])).toEqual(['of-organization', 'of-team']);
    expect(await names(['organization', organizationId])).toEqual(['of-organization']);
    expect(await names(['team', otherTeam.id], ['project', seed.project.id])).toEqual([
      'of-organization',
      'of-team',
      'of-project',
      'of-other-team',
    ]);
    expect(await names()).toEqual([]);
  });

  it('is in the order of priority, then of age, without disabled and archived rows', async () => {
    const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
    await seed.modelProvider('younger', { created_at: at(2) });
    await seed.modelProvider('older', { created_at: at(1) });
    await seed.modelProvider('first', { created_at: at(3), priority: 1 });
    await seed.modelProvider('disabled', { enabled: false });
    await seed.modelProvider('archived', { archived_at: at(4) });
    const { providers } = await readConfig((await newKey()).id);
    expect(providers.map(({ credentials, slot }) => [slot, credentials?.['api_key']])).toEqual([
      ['primary', 'sk-first'],
      ['fallback_1', 'sk-older'],
      ['fallback_2', 'sk-younger'],
    ]);
  });

  it('names what the access list takes away, without its credentials', async () => {
    const [kept, taken] = [await seed.modelProvider('kept'), await seed.modelProvider('taken', { handle: 'spare' })];
    const key = await newKey({ config: JSON.stringify({ providersAllowed: [kept.id] }) });
    const response = await fetchConfig(key.id);
    const text = await response.text();
    expect(text).not.toContain('sk-taken');
    const config = configPayloadSchema.parse(JSON.parse(text));
    expect(config.providers.map(({ id }) => id)).toEqual([kept.id]);
    expect(config.access_excluded_providers).toEqual([{ id: taken.id, type: 'openai', handle: 'spare' }]);
  });

  it('never leaves the organization', async () => {
    const other = await Seed.create(plane.database);
    await other.modelProvider('foreign');
    await other.budget();
    const config = await readConfig((await newKey()).id);
    expect([config.providers, config.budgets]).toEqual([[], []]);
  });
});

describe('the budgets of a key', () => {
  it('are those that apply to it, with what was spent in the present period, rounded up', async () => {
    const key = await newKey({ principal_user_id: 'user-1' });
    const wanted = [
      await seed.budget({ scope_type: 'organization', scope_id: seed.organization.id }),
      await seed.budget({ scope_type: 'team', scope_id: seed.team.id }),
      await seed.budget({ scope_type: 'principal', scope_id: 'user-1' }),
      await seed.budget({ scope_type: 'project', scope_id: seed.project.id }),
      await seed.budget({ scope_type: 'virtual_key', scope_id: key.id, window: 'total' }),
    ];
    await seed.budget({ scope_type: 'principal', scope_id: 'user-2' });
    await seed.budget({ scope_type: 'virtual_key', scope_id: (await newKey()).id });
    await seed.budget({ archived_at: new Date() });
    const [daily] = wanted;
    const midnight = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000);
    const yesterday = new Date(midnight.getTime() - 86_400_000);
    await seed.database
      .insertInto('budget_periods')
      .values([
        { budget_id: daily?.id ?? '', period_started_at: midnight, spent_nano_usd: 1_000_001n },
        { budget_id: daily?.id ?? '', period_started_at: yesterday, spent_nano_usd: 9_000_000_000n },
      ])
      .execute();
    const { budgets } = await readConfig(key.id);
    expect(budgets.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
    expect(budgets[0]).toMatchObject({
      spent_micro_usd: 1_001,
      limit_micro_usd: 10_000_000,
      resets_at: midnight.getTime() / 1000 + 86_400,
    });
    expect(budgets[4]).toMatchObject({ window: 'total', resets_at: null });
  });

  it('of nothing stay budgets of nothing, because a limit of 0 reads as "no limit"', async () => {
    await seed.budget({ limit_nano_usd: 0n });
    const { budgets } = await readConfig((await newKey()).id);
    expect(budgets[0]).toMatchObject({ limit_micro_usd: 1, spent_micro_usd: 1 });
  });
});

describe('a key that follows a routing policy', () => {
  const policyOf = async (settings: Parameters<Seed['routingPolicy']>[0], config: object = {}) => {
    const policy = await seed.routingPolicy(settings);
    const key = await newKey({
      routing_mode: 'policy',
      routing_policy_id: policy.id,
      config: JSON.stringify(config),
    });
    return { policy, key, config: await readConfig(key.id) };
  };
  const bundleOf = (config: Awaited<ReturnType<typeof readConfig>>) =>
    createBundle({ vk_id: config.vk_id, org_id: seed.organization.id, exp: 0 }, config);

  it('is told everything that the policy says', async () => {
    const [one, two] = [await seed.modelProvider('one', { labels: ['region:eu'] }), await seed.modelProvider('two')];
    const { config } = await policyOf({
      strategy: 'weighted',
      targets: [
        { modelProviderId: two.id, model: 'gpt-5', weight: 0.5, whenModels: ['gpt-*'] },
        { modelProviderId: one.id },
      ],
      canary: { modelProviderId: one.id, model: 'gpt-6', percent: 5 },
      shadow: { modelProviderId: two.id, percent: 1 },
      requiredLabels: ['region:eu'],
      retriesMax: 0,
      outcomes: { content_filter: 'next' },
      timeLimitsMs: { firstToken: 5_000, deadline: 60_000 },
      resume: 'restart',
      delivery: 'buffered',
      hedgeAfterMs: 0,
    });
    expect(bundleOf(config).routing).toMatchObject({
      mode: 'policy',
      policyName: 'policy',
      policy: {
        strategy: 'weighted',
        targets: [
          { modelProviderId: two.id, model: 'gpt-5', weight: 0.5, whenModels: ['gpt-*'] },
          { modelProviderId: one.id, model: null, weight: 1, whenModels: null },
        ],
        canary: { modelProviderId: one.id, model: 'gpt-6', percent: 5 },
        shadow: { modelProviderId: two.id, model: null, percent: 1 },
        requiredLabels: ['region:eu'],
        retriesMax: 0,
        outcomes: { content_filter: 'next' },
        timeLimits: { connectMs: undefined, firstTokenMs: 5_000, deadlineMs: 60_000 },
        resume: 'restart',
        delivery: 'buffered',
        hedgeAfterMs: 0,
      },
    });
    expect(bundleOf(config).modelProviders.map(({ id, labels }) => [id, labels])).toEqual([
      [two.id, []],
      [one.id, ['region:eu']],
    ]);
  });

  it('gets the providers that the policy lists, in its order, and is told which it leaves out', async () => {
    const [first, second, spare, shadow] = [
      await seed.modelProvider('first'),
      await seed.modelProvider('second'),
      await seed.modelProvider('spare', { handle: 'spare' }),
      await seed.modelProvider('shadow'),
    ];
    const { key, config } = await policyOf({
      targets: [
        { modelProviderId: second.id },
        { modelProviderId: first.id },
        { modelProviderId: second.id, model: 'gpt-5-mini' },
      ],
      shadow: { modelProviderId: shadow.id, percent: 1 },
    });
    expect(config.providers.map(({ id }) => id)).toEqual([second.id, first.id, shadow.id]);
    expect(config.routing_excluded_providers).toEqual([{ id: spare.id, type: 'openai', handle: 'spare' }]);
    expect(await (await fetchConfig(key.id)).text()).not.toContain('sk-spare');
  });

  it('gets every provider in reach when the policy lists none', async () => {
    const [one, two] = [await seed.modelProvider('one'), await seed.modelProvider('two')];
    const { config } = await policyOf({ strategy: 'cheapest' });
    expect(config.providers.map(({ id }) => id)).toEqual([one.id, two.id]);
    expect(config.routing_excluded_providers).toEqual([]);
  });

  it('keeps the targets of a policy of which nothing is in reach, and gets no provider in their place', async () => {
    const gone = await seed.modelProvider('gone', { archived_at: new Date() });
    await seed.modelProvider('another');
    const { config } = await policyOf({ targets: [{ modelProviderId: gone.id }] });
    expect(config.providers).toEqual([]);
    expect(config.routing_policy?.targets).toMatchObject([{ model_provider_id: gone.id }]);
  });

  it('is bound by its own access list as well', async () => {
    const [one, two] = [await seed.modelProvider('one'), await seed.modelProvider('two')];
    const targets = [{ modelProviderId: one.id }, { modelProviderId: two.id }];
    const { config } = await policyOf({ targets }, { providersAllowed: [two.id] });
    expect(config.providers.map(({ id }) => id)).toEqual([two.id]);
    expect(config.access_excluded_providers).toMatchObject([{ id: one.id }]);
  });

  it('has the aliases of the policy, and its own before them', async () => {
    const modelAliases = { fast: 'openai/gpt-5-mini', smart: 'openai/gpt-5' };
    const { config } = await policyOf({ modelAliases }, { modelAliases: { fast: 'openai/gpt-5-nano' } });
    expect(config.model_aliases).toEqual({ fast: 'openai/gpt-5-nano', smart: 'openai/gpt-5' });
  });

  it('has another ETag once the policy has changed', async () => {
    const { key, policy } = await policyOf({});
    const before = await etagOf(key.id);
    expect(await etagOf(key.id)).toBe(before);
    await seed.database.updateTable('routing_policies').set({ revision: 2n }).where('id', '=', policy.id).execute();
    expect(await etagOf(key.id)).not.toBe(before);
  });
});

describe('the ETag', () => {
  it('is an unquoted token that answers 304 only to itself', async () => {
    const key = await newKey();
    const etag = await etagOf(key.id);
    expect(etag).toMatch(ETAG);
    const same = await fetchConfig(key.id, etag);
    expect([same.status, same.headers.get('etag'), same.headers.get('cache-control'), await same.text()]).toEqual([
      304,
      etag,
      'no-store',
      '',
    ]);
    for (const other of [`"${etag}"`, `W/"${etag}"`, `${etag}0`, '*']) {
      expect((await fetchConfig(key.id, other)).status).toBe(200);
    }
  });

  it('moves with the key and with every model provider in reach', async () => {
    const key = await newKey();
    const provider = await seed.modelProvider('one');
    const seen = [await etagOf(key.id)];
    const moves = async (change: () => Promise<unknown>): Promise<void> => {
      await change();
      const etag = await etagOf(key.id);
      expect(seen).not.toContain(etag);
      seen.push(etag);
    };
    const setProvider = async (values: Record<string, unknown>): Promise<unknown> =>
      seed.database.updateTable('model_providers').set(values).where('id', '=', provider.id).execute();
    await moves(async () => seed.modelProvider('two'));
    await moves(async () => setProvider({ priority: 500 }));
    await moves(async () => setProvider({ labels: ['region:eu'] }));
    await moves(async () => setProvider({ sealed_credentials: Buffer.from('another') }));
    await moves(async () => setProvider({ enabled: false }));
    await moves(async () => seed.modelProvider('deep', { scope_type: 'project', scope_id: seed.project.id }));
    await moves(async () =>
      seed.database.updateTable('virtual_keys').set({ revision: 2n }).where('id', '=', key.id).execute(),
    );
    expect(seen.at(-1)).toMatch(/^2\./);
  });

  it('stays with budgets and spend, which travel by change event', async () => {
    const key = await newKey();
    const before = await etagOf(key.id);
    const budget = await seed.budget();
    await seed.database
      .insertInto('budget_periods')
      .values({ budget_id: budget.id, period_started_at: new Date(), spent_nano_usd: 5n })
      .execute();
    expect(await etagOf(key.id)).toBe(before);
  });
});

describe('credentials', () => {
  it('that do not open fail the whole configuration, and neither they nor the reason reach the gateway', async () => {
    await seed.modelProvider('broken', { sealed_credentials: Buffer.alloc(64, 1), sealing_key_version: 1 });
    const response = await fetchConfig((await newKey()).id);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/seal|mp_/);
  });

  it('never reach the log', async () => {
    await seed.modelProvider('logged');
    await readConfig((await newKey()).id);
    expect(plane.logLines.join('')).not.toContain('sk-logged');
  });
});
