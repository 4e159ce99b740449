import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { ManagementApp, type Answer, type Tenant } from '../management/testing/management-app.js';
import { routingPolicySchema } from './routing-policy.schema.js';

let api: ManagementApp;
let tenant: Tenant;
let provider: string;
let other: string;

beforeAll(async () => {
  api = await ManagementApp.start(inject('postgresUrl'));
});
afterAll(() => api.stop());
beforeEach(async () => {
  tenant = await api.createTenant('acme');
  [provider, other] = [await createProvider('one'), await createProvider('two')];
});

const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer> =>
  api.call(method, path, { key: tenant.adminKey, body });
const create = (body: Record<string, unknown> = {}): Promise<Answer> =>
  call('POST', '/routing-policies', { name: 'policy', ...body });
const createKey = async (body: Record<string, unknown>): Promise<Answer> =>
  call('POST', '/virtual-keys', { name: 'key', trace_project_id: tenant.projectId, ...body });
const kinds = async (): Promise<string[]> => (await api.changes(tenant.organizationId)).map(({ kind }) => kind);
const problems = ({ status, body }: Answer): unknown => [
  status,
  body.error.code,
  ...body.error.meta.fields.map(({ path }: { path: string }) => path),
];

async function createProvider(name: string): Promise<string> {
  const body = { name, type: 'openai', credentials: { api_key: 'sk-1' } };
  return (await call('POST', '/model-providers', body)).body.model_provider.id;
}

describe('creating a routing policy', () => {
  it('answers 201 with every field, the defaults of those that were not given included', async () => {
    const before = await kinds();
    const answer = await create({ description: 'x' });
    expect(answer.status).toBe(201);
    const { routing_policy: policy } = answer.body;
    expect(routingPolicySchema.parse(policy)).toEqual(policy);
    expect(policy).toMatchObject({
      name: 'policy',
      description: 'x',
      organization_id: tenant.organizationId,
      strategy: 'fallback',
      targets: [],
      canary: null,
      shadow: null,
      requiredLabels: [],
      retriesMax: 1,
      outcomes: {},
      timeLimitsMs: {
        connect: null,
        headers: null,
        firstToken: null,
        betweenTokens: null,
        total: null,
        deadline: null,
      },
      resume: 'none',
      delivery: 'streamed',
      hedgeAfterMs: null,
      modelAliases: {},
      revision: '1',
    });
    expect((await call('GET', `/routing-policies/${policy.id}`)).body.routing_policy).toEqual(policy);
    expect(await kinds()).toEqual(before);
    expect((await api.audit(policy.id)).map(({ action }) => action)).toEqual(['routing_policy.create']);
  });

  it('takes everything that a policy can say, in either spelling', async () => {
    const said = {
      strategy: 'weighted',
      targets: [
        { modelProviderId: provider, model: 'gpt-5', weight: 0.5, whenModels: ['gpt-*'] },
        { modelProviderId: other, model: null, weight: 0, whenModels: null },
      ],
      canary: { modelProviderId: other, model: 'gpt-6', percent: 2.5 },
      shadow: { modelProviderId: other, model: null, percent: 100 },
      requiredLabels: ['region:eu'],
      retriesMax: 0,
      outcomes: { content_filter: 'next', rate_limited: 'stop' },
      timeLimitsMs: {
        connect: 100,
        headers: null,
        firstToken: 5_000,
        betweenTokens: null,
        total: null,
        deadline: 60_000,
      },
      resume: 'continue',
      delivery: 'buffered',
      hedgeAfterMs: 0,
      modelAliases: { my_fast: 'openai/gpt-5' },
    };
    expect((await create(said)).body.routing_policy).toMatchObject(said);
    const snake = await create({
      targets: [{ model_provider_id: provider, when_models: ['a_b'] }],
      time_limits_ms: { first_token: 200 },
      outcomes: { server_error: 'next' },
      hedge_after_ms: 10,
    });
    expect(snake.body.routing_policy).toMatchObject({
      targets: [{ modelProviderId: provider, whenModels: ['a_b'], weight: 1 }],
      timeLimitsMs: { firstToken: 200 },
      outcomes: { server_error: 'next' },
      hedgeAfterMs: 10,
    });
  });

  it.each<[string, (id: string) => Record<string, unknown>]>([
    ['strategy', () => ({ strategy: 'random' })],
    ['targets.0.modelProviderId', () => ({ targets: [{ modelProviderId: 'mp_none' }] })],
    ['targets.1.modelProviderId', (id) => ({ targets: [{ modelProviderId: id }, { modelProviderId: 'mp_none' }] })],
    [
      'canary.modelProviderId',
      (id) => ({ targets: [{ modelProviderId: id }], canary: { modelProviderId: 'x', percent: 1 } }),
    ],
    ['shadow.modelProviderId', () => ({ shadow: { modelProviderId: 'mp_none', percent: 1 } })],
    ['targets.0.model', (id) => ({ targets: [{ modelProviderId: id, model: 'openai/latest' }] })],
    ['targets.0.model', (id) => ({ targets: [{ modelProviderId: id, model: 'gpt-*' }] })],
    ['modelAliases.fast', () => ({ modelAliases: { fast: 'latest' } })],
    ['targets.0.weight', (id) => ({ targets: [{ modelProviderId: id, weight: -1 }] })],
    ['targets', (id) => ({ strategy: 'weighted', targets: [{ modelProviderId: id, weight: 0 }] })],
    ['targets', (id) => ({ targets: Array.from({ length: 65 }, () => ({ modelProviderId: id })) })],
    ['targets.0.whenModels', (id) => ({ targets: [{ modelProviderId: id, whenModels: [] }] })],
    ['canary', (id) => ({ canary: { modelProviderId: id, percent: 1 } })],
    ['shadow.percent', (id) => ({ shadow: { modelProviderId: id, percent: 100.1 } })],
    ['outcomes', () => ({ outcomes: { client_gone: 'retry' } })],
    ['outcomes', () => ({ outcomes: { nonsense: 'retry' } })],
    ['outcomes.rate_limited', () => ({ outcomes: { rate_limited: 'larger' } })],
    ['retriesMax', () => ({ retriesMax: 6 })],
    ['timeLimitsMs.connect', () => ({ timeLimitsMs: { connect: 99 } })],
    ['timeLimitsMs.deadline', () => ({ timeLimitsMs: { deadline: 3_600_001 } })],
    ['requiredLabels.0', () => ({ requiredLabels: ['x'.repeat(129)] })],
    ['', () => ({ isDefault: true })],
    ['name', () => ({ name: '' })],
  ])('refuses %s by name and stores nothing', async (path, bodyOf) => {
    expect(problems(await create(bodyOf(provider)))).toEqual([400, 'validation_error', path]);
    expect((await call('GET', '/routing-policies')).body.data).toEqual([]);
  });

  it('says which outcomes a policy may rule on', async () => {
    const [field] = (await create({ outcomes: { deadline: 'retry' } })).body.error.meta.fields;
    expect(field.message).toMatch(/^may only rule on server_error, .*content_filter/);
    expect(field.message).not.toContain('deadline');
  });

  it('knows no provider of another organization, nor one that was archived', async () => {
    const [mine, foreign] = [provider, (await api.createTenant('others')).adminKey];
    const body = { name: 'x', targets: [{ modelProviderId: mine }] };
    expect((await api.call('POST', '/routing-policies', { key: foreign, body })).status).toBe(400);
    await call('DELETE', `/model-providers/${mine}`);
    expect((await call('POST', '/routing-policies', body)).status).toBe(400);
  });

  it('is done once per Idempotency-Key', async () => {
    const options = { key: tenant.adminKey, body: { name: 'once' }, headers: { 'idempotency-key': 'a-key-of-mine' } };
    const [first, second] = [
      await api.call('POST', '/routing-policies', options),
      await api.call('POST', '/routing-policies', options),
    ];
    expect(second.body).toEqual(first.body);
    expect(second.headers['x-idempotent-replay']).toBe('true');
    expect((await call('GET', '/routing-policies')).body.data).toHaveLength(1);
  });
});

describe('reading routing policies', () => {
  it('pages, the newest first, and shows an organization its own only', async () => {
    for (const name of ['a', 'b', 'c']) {
      await create({ name });
      await api.clock.advance(1);
    }
    const first = await call('GET', '/routing-policies?limit=2');
    const second = await call('GET', `/routing-policies?limit=2&cursor=${first.body.next_cursor}`);
    const names = [...first.body.data, ...second.body.data].map(({ name }: { name: string }) => name);
    expect([names, second.body.next_cursor]).toEqual([['c', 'b', 'a'], null]);
    expect((await call('GET', '/routing-policies?cursor=nonsense')).body.error.code).toBe('invalid_cursor');
    const { adminKey } = await api.createTenant('others');
    const [{ id }] = first.body.data;
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const body = method === 'PATCH' ? { name: 'taken' } : undefined;
      expect((await api.call(method, `/routing-policies/${id}`, { key: adminKey, body })).status).toBe(404);
    }
    expect((await api.call('GET', '/routing-policies', { key: adminKey })).body.data).toEqual([]);
  });
});

describe('changing a routing policy', () => {
  it('replaces what is named, puts null back to its default, leaves the rest, and tells gateways once', async () => {
    const before = await kinds();
    const made = await create({ targets: [{ modelProviderId: provider }], retriesMax: 3, requiredLabels: ['a'] });
    const path = `/routing-policies/${made.body.routing_policy.id}`;
    const changed = await call('PATCH', path, { retriesMax: null, requiredLabels: ['b'], description: 'y' });
    expect(changed.body.routing_policy).toMatchObject({
      retriesMax: 1,
      requiredLabels: ['b'],
      description: 'y',
      targets: [{ modelProviderId: provider }],
      revision: '2',
    });
    expect((await call('PATCH', path, { requiredLabels: ['b'] })).body.routing_policy.revision).toBe('2');
    expect((await kinds()).slice(before.length)).toEqual(['ROUTING_POLICY_UPDATED']);
    const [, entry] = await api.audit(made.body.routing_policy.id);
    expect(entry?.diff).toMatchObject({ requiredLabels: { before: ['a'], after: ['b'] } });
  });

  it('judges the whole that comes of it', async () => {
    const { id } = (await create({ targets: [{ modelProviderId: provider, weight: 0 }] })).body.routing_policy;
    const answer = await call('PATCH', `/routing-policies/${id}`, { strategy: 'weighted' });
    expect(problems(answer)).toEqual([400, 'validation_error', 'targets']);
  });

  it('works while a provider that it lists has gone, which stays listed', async () => {
    const { id } = (await create({ targets: [{ modelProviderId: provider }] })).body.routing_policy;
    await call('DELETE', `/model-providers/${provider}`);
    const answer = await call('PATCH', `/routing-policies/${id}`, { name: 'still there' });
    expect(answer.body.routing_policy).toMatchObject({ name: 'still there', targets: [{ modelProviderId: provider }] });
  });
});

describe('a key and its routing policy', () => {
  it('a key that names a policy follows it', async () => {
    const { id } = (await create()).body.routing_policy;
    const created = await createKey({ routing_policy_id: id });
    expect(created.body.virtual_key).toMatchObject({ routing_mode: 'policy', routing_policy_id: id });
    const path = `/virtual-keys/${created.body.virtual_key.id}`;
    const left = await call('PATCH', path, { routing_mode: 'fallback_all' });
    expect(left.body.virtual_key).toMatchObject({ routing_mode: 'fallback_all', routing_policy_id: null });
    const back = await call('PATCH', path, { routing_mode: 'policy', routing_policy_id: id });
    expect(back.body.virtual_key).toMatchObject({ routing_mode: 'policy', routing_policy_id: id, revision: '3' });
  });

  it.each([
    ['the mode without a policy', { routing_mode: 'policy' }],
    ['a policy that is not there', { routing_mode: 'policy', routing_policy_id: 'rp_none' }],
    ['a policy beside another mode', { routing_mode: 'none', routing_policy_id: 'rp_none' }],
  ])('refuses %s, on create and on change', async (_, body) => {
    expect(problems(await createKey(body))).toEqual([400, 'validation_error', 'routing_policy_id']);
    const { id } = (await createKey({})).body.virtual_key;
    expect(problems(await call('PATCH', `/virtual-keys/${id}`, body))).toEqual([
      400,
      'validation_error',
      'routing_policy_id',
    ]);
  });

  it("refuses another organization's policy", async () => {
    const others = await api.createTenant('others');
    const made = await api.call('POST', '/routing-policies', { key: others.adminKey, body: { name: 'theirs' } });
    const answer = await createKey({ routing_policy_id: made.body.routing_policy.id });
    expect(problems(answer)).toEqual([400, 'validation_error', 'routing_policy_id']);
  });
});

describe('archiving a routing policy', () => {
  it('moves its keys off it at once, tells gateways once, and leaves an entry for each key', async () => {
    const { id } = (await create()).body.routing_policy;
    const keys = [await createKey({ routing_policy_id: id }), await createKey({ routing_policy_id: id })].map(
      ({ body }) => body.virtual_key.id,
    );
    const bystander = (await createKey({ routing_mode: 'fallback_all' })).body.virtual_key;
    const before = await kinds();
    const answer = await call('DELETE', `/routing-policies/${id}`);
    expect(answer.body).toMatchObject({
      virtual_keys_moved: 2,
      routing_policy: { id, archived_at: new Date(api.clock.now()).toISOString() },
    });
    for (const key of keys) {
      const read = (await call('GET', `/virtual-keys/${key}`)).body.virtual_key;
      expect(read).toMatchObject({ routing_mode: 'none', routing_policy_id: null, revision: '2' });
      expect((await api.audit(key)).at(-1)).toMatchObject({
        action: 'virtual_key.update',
        reason: 'its routing policy was archived',
        actor_id: tenant.adminKeyId,
        diff: { routing_policy_id: { before: id, after: null } },
      });
    }
    expect((await call('GET', `/virtual-keys/${bystander.id}`)).body.virtual_key).toEqual(bystander);
    expect((await kinds()).slice(before.length)).toEqual(['ROUTING_POLICY_DELETED']);
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const body = method === 'PATCH' ? { name: 'x' } : undefined;
      expect((await call(method, `/routing-policies/${id}`, body)).status).toBe(404);
    }
    expect(problems(await createKey({ routing_policy_id: id }))).toEqual([
      400,
      'validation_error',
      'routing_policy_id',
    ]);
  });

  it('leaves no key behind on it, whatever keys are changed at the same time', async () => {
    const { id } = (await create()).body.routing_policy;
    const keys = await Promise.all(Array.from({ length: 8 }, () => createKey({ routing_policy_id: id })));
    const moves = keys.map(({ body }, index) =>
      call(
        'PATCH',
        `/virtual-keys/${body.virtual_key.id}`,
        index % 2 ? { routing_policy_id: id } : { name: 'renamed' },
      ),
    );
    const [archived, ...answers] = await Promise.all([call('DELETE', `/routing-policies/${id}`), ...moves]);
    expect(archived?.status).toBe(200);
    expect(answers.filter(({ status }) => status !== 200 && status !== 400)).toEqual([]);
    const left = await api.database
      .selectFrom('virtual_keys')
      .select('id')
      .where('organization_id', '=', tenant.organizationId)
      .where('routing_mode', '=', 'policy')
      .execute();
    expect(left).toEqual([]);
  });
});
