import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { ManagementApp, type Answer, type Tenant } from '../management/testing/management-app.js';
import { KeyHasher } from '../secrets/key-hasher.js';
import { virtualKeySchema } from './virtual-key.schema.js';

const DAY_MS = 24 * 60 * 60 * 1000;

let api: ManagementApp;
let tenant: Tenant;

beforeAll(async () => {
  api = await ManagementApp.start(inject('postgresUrl'));
});
afterAll(() => api.stop());
beforeEach(async () => {
  tenant = await api.createTenant('acme');
});

const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer> =>
  api.call(method, path, { key: tenant.adminKey, body });
const create = (body: Record<string, unknown> = {}): Promise<Answer> =>
  call('POST', '/virtual-keys', { name: 'key', trace_project_id: tenant.projectId, ...body });
const storedKey = (id: string) =>
  api.database.selectFrom('virtual_keys').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const hash = (secret: string): string => api.app.get(KeyHasher).hash(secret).hash;

describe('creating a virtual key', () => {
  it('answers 201 with the key and, once, its secret; only the hash is stored', async () => {
    const answer = await create({ name: 'checkout', environment: 'test' });
    expect(answer.status).toBe(201);
    const { virtual_key: key, secret } = answer.body;
    expect(secret).toMatch(/^vk-lw-test_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(virtualKeySchema.parse(key)).toEqual(key);
    expect(key).toMatchObject({
      organization_id: tenant.organizationId,
      status: 'active',
      routing_mode: 'none',
      trace_project_id: tenant.projectId,
      scopes: [{ scope_type: 'project', scope_id: tenant.projectId }],
      expires_at: null,
    });
    expect(secret.startsWith(key.display_prefix)).toBe(true);
    expect((await storedKey(key.id)).secret_hash).toBe(hash(secret));
    expect((await call('GET', `/virtual-keys/${key.id}`)).body.virtual_key).toEqual(key);
  });

  it('a key scoped to one project bills that project, without being told', async () => {
    const scopes = [{ scope_type: 'project', scope_id: tenant.teamProjectId }];
    const answer = await call('POST', '/virtual-keys', { name: 'key', scopes });
    expect(answer.body.virtual_key.trace_project_id).toBe(tenant.teamProjectId);
  });

  it.each([
    ['no scope and no project', () => ({}), 'trace_project_required'],
    ['a team', () => ({ scopes: [{ scope_type: 'team', scope_id: tenant.teamId }] }), 'trace_project_required'],
    [
      'two projects',
      () => ({
        scopes: [
          { scope_type: 'project', scope_id: tenant.projectId },
          { scope_type: 'project', scope_id: tenant.teamProjectId },
        ],
      }),
      'gateway_trace_project_ambiguous',
    ],
    [
      'an unknown project',
      () => ({
        scopes: [{ scope_type: 'organization', scope_id: tenant.organizationId }],
        trace_project_id: 'project_none',
      }),
      'gateway_trace_project_unknown',
    ],
  ])('a key that would bill nobody is refused: %s', async (_, body, code) => {
    const answer = await call('POST', '/virtual-keys', { name: 'key', ...body() });
    expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  });

  it('its budget is created with it, in the same transaction', async () => {
    const { body } = await create({ budget: { limit_usd: '25.50', window: 'month', on_breach: 'warn', name: 'cap' } });
    const { data } = (await call('GET', '/budgets')).body;
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      scope_type: 'virtual_key',
      scope_id: body.virtual_key.id,
      name: 'cap',
      limit_usd: '25.50',
      limit_nano_usd: 25_500_000_000,
      spent_nano_usd: 0,
      on_breach: 'warn',
    });
    expect((await api.changes(tenant.organizationId)).map(({ kind }) => kind)).toEqual([
      'BUDGET_CREATED',
      'VK_CREATED',
    ]);
  });

  it('a key that is refused leaves no budget behind', async () => {
    await create({ external_id: 'same' });
    const before = await api.changes(tenant.organizationId);
    const answer = await create({ external_id: 'same', budget: { limit_usd: 1, window: 'day' } });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'external_id_conflict']);
    expect((await call('GET', '/budgets')).body.data).toEqual([]);
    expect(await api.changes(tenant.organizationId)).toEqual(before);
  });

  it('what cannot be enforced is refused by name and not stored', async () => {
    const answer = await create({
      config: { rateLimits: { tpm: 1000 }, guardrailAttachments: [{ direction: 'pre', guardrailIds: ['g'] }] },
    });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'not_supported_yet']);
    expect(answer.body.error.meta.fields.map(({ path }: { path: string }) => path)).toEqual([
      'config.rateLimits.tpm',
      'config.guardrailAttachments',
    ]);
    expect((await call('GET', '/virtual-keys')).body.data).toEqual([]);
  });

  it('a date in the past is refused', async () => {
    const past = await create({ expires_at: new Date(api.clock.now()).toISOString() });
    expect([past.status, past.body.error.code]).toEqual([400, 'virtual_key_expiry_in_past']);
    const future = await create({ expires_at: '2026-06-01T02:00:00+02:00' });
    expect(future.body.virtual_key.expires_at).toBe('2026-06-01T00:00:00.000Z');
  });

  it('an access list may name only model providers that the scopes reach', async () => {
    const credentials = { api_key: 'sk-1' };
    const atTeam = { scope_type: 'team', scope_id: tenant.teamId };
    const team = await call('POST', '/model-providers', { name: 't', type: 'openai', scope: atTeam, credentials });
    const whole = await call('POST', '/model-providers', { name: 'o', type: 'openai', credentials });
    const ids = [team.body.model_provider.id, whole.body.model_provider.id];
    const refused = await create({ config: { providersAllowed: ids } });
    expect([refused.status, refused.body.error.meta.fields[0].path]).toEqual([400, 'config.providersAllowed']);
    expect(refused.text).toContain(ids[0]);
    const accepted = await create({ trace_project_id: tenant.teamProjectId, config: { providersAllowed: ids } });
    expect(accepted.body.virtual_key.config.providersAllowed).toEqual(ids);
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(129) }],
    ['metadata', { metadata: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`k${index}`, 'v'])) }],
    ['config.modelsAllowed', { config: { models_allowed: [] } }],
    ['', { nmae: 'typo' }],
    ['budget.limit_usd', { budget: { limit_usd: '0', window: 'day' } }],
    ['expires_at', { expires_at: 'soon' }],
    ['scopes.0.scope_id', { scopes: [{ scope_type: 'team', scope_id: 'team_of_others' }] }],
  ])('bad input is answered with the field: %s', async (field, body) => {
    const answer = await create(body);
    expect([answer.status, answer.body.error.code, answer.body.error.meta.target]).toEqual([
      400,
      'validation_error',
      'body',
    ]);
    expect(answer.body.error.meta.fields[0].path).toBe(field);
  });

  it('a body that is no JSON is answered as such', async () => {
    const response = await api.app.inject({
      method: 'POST',
      url: '/api/gateway/v1/virtual-keys',
      headers: { authorization: `Bearer ${tenant.adminKey}`, 'content-type': 'application/json' },
      payload: '{"name":',
    });
    expect([response.statusCode, response.json().error.code]).toEqual([400, 'invalid_json']);
  });
});

describe('listing virtual keys', () => {
  it('pages show every key once, the newest first, and end with null', async () => {
    const created: string[] = [];
    for (let index = 0; index < 5; index += 1) created.push((await create({ name: `k${index}` })).body.virtual_key.id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer: Answer = await call('GET', `/virtual-keys?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(answer.body.data.length).toBeLessThanOrEqual(2);
      seen.push(...answer.body.data.map(({ id }: { id: string }) => id));
      cursor = answer.body.next_cursor;
    }
    expect(seen.toSorted()).toEqual(created.toSorted());
  });

  it('finds a key by its external id', async () => {
    await create();
    const { body } = await create({ external_id: 'mine' });
    const found = await call('GET', '/virtual-keys?external_id=mine');
    expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([body.virtual_key.id]);
  });

  it.each([
    ['limit=0', 'validation_error'],
    ['limit=201', 'validation_error'],
    ['limt=1', 'validation_error'],
    ['cursor=nonsense', 'invalid_cursor'],
  ])('?%s is refused', async (query, code) => {
    const answer = await call('GET', `/virtual-keys?${query}`);
    expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  });
});

describe('changing a virtual key', () => {
  it('merges the configuration, replaces the scopes, and leaves the trace project where it is', async () => {
    const { body } = await create({ config: { modelsAllowed: ['a'], rateLimits: { rpm: 10 } } });
    const { id } = body.virtual_key;
    const answer = await call('PATCH', `/virtual-keys/${id}`, {
      name: 'renamed',
      scopes: [{ scope_type: 'organization', scope_id: tenant.organizationId }],
      config: { rateLimits: { rpd: 100 } },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.virtual_key).toMatchObject({
      name: 'renamed',
      trace_project_id: tenant.projectId,
      scopes: [{ scope_type: 'organization', scope_id: tenant.organizationId }],
      config: { modelsAllowed: ['a'], rateLimits: { rpm: 10, rpd: 100 } },
      revision: '2',
    });
    const unresolvable = await call('PATCH', `/virtual-keys/${id}`, { trace_project_id: null });
    expect(unresolvable.body.error.code).toBe('trace_project_required');
  });

  it('null clears an expiry date, and a date in the past is refused', async () => {
    const { body } = await create({ expires_at: '2026-06-01T00:00:00Z' });
    const path = `/virtual-keys/${body.virtual_key.id}`;
    expect((await call('PATCH', path, { expires_at: '2025-01-01T00:00:00Z' })).body.error.code).toBe(
      'virtual_key_expiry_in_past',
    );
    expect((await call('PATCH', path, { expires_at: null })).body.virtual_key.expires_at).toBeNull();
  });

  it('a request that changes nothing moves no revision and tells nobody', async () => {
    const { body } = await create({ config: { modelsAllowed: ['a'] } });
    const { id } = body.virtual_key;
    const before = [await api.changes(tenant.organizationId), await api.audit(id)];
    const answer = await call('PATCH', `/virtual-keys/${id}`, {
      name: 'key',
      config: { modelsAllowed: ['a'] },
      scopes: body.virtual_key.scopes,
      trace_project_id: tenant.projectId,
    });
    expect(answer.body.virtual_key).toEqual(body.virtual_key);
    expect([await api.changes(tenant.organizationId), await api.audit(id)]).toEqual(before);
  });

  it('its budget is created, changed and archived through the key', async () => {
    const { body } = await create();
    const path = `/virtual-keys/${body.virtual_key.id}`;
    expect((await call('PATCH', path, { budget: { limit_usd: '1' } })).body.error.meta.fields[0].path).toBe(
      'budget.window',
    );
    await call('PATCH', path, { budget: { limit_usd: '1', window: 'day', on_breach: 'warn' } });
    await call('PATCH', path, { budget: { limit_usd: '2' } });
    expect((await call('GET', '/budgets')).body.data).toMatchObject([
      { limit_usd: '2.00', window: 'day', on_breach: 'warn' },
    ]);
    expect((await call('PATCH', path, { budget: { limit_usd: '2', window: 'week' } })).status).toBe(400);
    await call('PATCH', path, { budget: null });
    expect((await call('GET', '/budgets')).body.data).toEqual([]);
  });

  it('of two changes at once none is lost', async () => {
    const { body } = await create();
    const path = `/virtual-keys/${body.virtual_key.id}`;
    const changes = Array.from({ length: 8 }, (_, index) => ({
      config: { modelAliases: { [`alias${index}`]: 'model' } },
    }));
    await Promise.all(changes.map((change) => call('PATCH', path, change)));
    const { virtual_key: key } = (await call('GET', path)).body;
    expect(Object.keys(key.config.modelAliases)).toHaveLength(8);
    expect(key.revision).toBe('9');
  });
});

describe('the life of a virtual key', () => {
  it('a rotation shows the new secret once and keeps the old one for 24 hours', async () => {
    const { body } = await create();
    const { id } = body.virtual_key;
    const rotated = await call('POST', `/virtual-keys/${id}/rotate`);
    expect(rotated.status).toBe(200);
    expect(rotated.body.secret).not.toBe(body.secret);
    expect(await storedKey(id)).toMatchObject({
      secret_hash: hash(rotated.body.secret),
      previous_secret_hash: hash(body.secret),
      previous_secret_expires_at: new Date(api.clock.now() + DAY_MS),
    });
    const again = await call('POST', `/virtual-keys/${id}/rotate`);
    expect((await storedKey(id)).previous_secret_hash).toBe(hash(rotated.body.secret));
    expect(again.body.virtual_key.revision).toBe('3');
  });

  it('disabling and enabling keeps secret, scopes and budget, and repeating them changes nothing', async () => {
    const { body } = await create({ budget: { limit_usd: '1', window: 'day' } });
    const path = `/virtual-keys/${body.virtual_key.id}`;
    const disabled = await call('POST', `${path}/disable`, { reason: 'too loud' });
    expect(disabled.body.virtual_key).toMatchObject({ status: 'disabled', disabled_reason: 'too loud', revision: '2' });
    expect((await call('POST', `${path}/disable`)).body.virtual_key).toEqual(disabled.body.virtual_key);
    expect((await call('POST', `${path}/disable`, { reason: 'x'.repeat(501) })).status).toBe(400);
    const enabled = await call('POST', `${path}/enable`);
    expect(enabled.body.virtual_key).toMatchObject({ status: 'active', disabled_reason: null, revision: '3' });
    expect((await call('POST', `${path}/enable`)).body.virtual_key.revision).toBe('3');
    expect((await storedKey(body.virtual_key.id)).secret_hash).toBe(hash(body.secret));
    expect((await call('GET', '/budgets')).body.data).toHaveLength(1);
    const kinds = (await api.changes(tenant.organizationId)).map(({ kind }) => kind);
    expect(kinds).toEqual(['BUDGET_CREATED', 'VK_CREATED', 'VK_DISABLED', 'VK_ENABLED']);
  });

  it('a revocation is final, ends the grace of a rotation, and archives the budgets of the key', async () => {
    const { body } = await create({ budget: { limit_usd: '1', window: 'day' } });
    const path = `/virtual-keys/${body.virtual_key.id}`;
    await call('POST', `${path}/rotate`);
    const revoked = await call('POST', `${path}/revoke`);
    expect(revoked.body.virtual_key).toMatchObject({
      status: 'revoked',
      revoked_at: new Date(api.clock.now()).toISOString(),
      previous_secret_expires_at: null,
    });
    expect((await storedKey(body.virtual_key.id)).previous_secret_hash).toBeNull();
    expect((await call('GET', '/budgets')).body.data).toEqual([]);
    expect((await call('POST', `${path}/revoke`)).body.virtual_key).toEqual(revoked.body.virtual_key);
    for (const act of ['rotate', 'disable', 'enable']) {
      const answer = await call('POST', `${path}/${act}`);
      expect([act, answer.status, answer.body.error.code]).toEqual([act, 409, 'virtual_key_revoked']);
    }
    expect((await call('PATCH', path, { name: 'zombie' })).status).toBe(409);
    const kinds = (await api.changes(tenant.organizationId)).map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['BUDGET_DELETED', 'VK_REVOKED']);
  });

  it('each act leaves one audit entry with its actor, its reason and what changed', async () => {
    const { body } = await create();
    const { id } = body.virtual_key;
    await call('PATCH', `/virtual-keys/${id}`, { name: 'renamed' });
    await call('POST', `/virtual-keys/${id}/rotate`);
    await call('POST', `/virtual-keys/${id}/disable`, { reason: 'why' });
    await call('POST', `/virtual-keys/${id}/enable`);
    await call('POST', `/virtual-keys/${id}/revoke`);
    const entries = await api.audit(id);
    expect(entries.map(({ action }) => action)).toEqual(
      ['create', 'update', 'rotate', 'disable', 'enable', 'revoke'].map((act) => `virtual_key.${act}`),
    );
    expect(entries.every((entry) => entry.actor_id === tenant.adminKeyId)).toBe(true);
    expect(entries[1]?.diff).toEqual({ name: { before: 'key', after: 'renamed' } });
    expect(entries[2]?.diff).toMatchObject({ secret: '[changed]' });
    expect(entries[3]?.reason).toBe('why');
  });
});

describe('the spend of a virtual key', () => {
  it('sums the finished requests of the window from the ledger, to the nano-dollar', async () => {
    const { body } = await create();
    const { id } = body.virtual_key;
    const line = (request: string, at: number, cost: bigint | null) => ({
      project_id: tenant.projectId,
      gateway_request_id: `${id}-${request}`,
      organization_id: tenant.organizationId,
      virtual_key_id: id,
      occurred_at: new Date(at),
      outcome: 'confirmed' as const,
      pricing: cost === null ? ('unpriced' as const) : ('priced' as const),
      cost_nano_usd: cost,
      rated_at: new Date(at),
    });
    const lines = [line('a', 1000, 1n), line('b', 1999, 1_500_000_000n), line('c', 2000, 9n), line('d', 1500, null)];
    await api.database.insertInto('spend_ledger').values(lines).execute();
    const answer = await call('GET', `/virtual-keys/${id}/spend?from=1000&to=2000`);
    expect(answer.body).toEqual({
      virtual_key_id: id,
      spent_usd: '1.500000001',
      spent_nano_usd: 1_500_000_001,
      requests: 3,
      unpriced_requests: 1,
      window: { from: 1000, to: 2000 },
    });
  });

  it.each(['', '?from=1', '?from=2&to=2', '?from=a&to=2', '?from=-1&to=2'])('%j is refused', async (query) => {
    const { body } = await create();
    const answer = await call('GET', `/virtual-keys/${body.virtual_key.id}/spend${query}`);
    expect([answer.status, answer.body.error.meta.target]).toEqual([400, 'query']);
  });
});
