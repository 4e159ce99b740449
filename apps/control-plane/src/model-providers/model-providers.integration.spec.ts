import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { ManagementApp, type Answer, type Tenant } from '../management/testing/management-app.js';
import { Sealer } from '../secrets/sealer.js';
import { modelProviderSchema } from './model-provider.schema.js';

const SECRET = 'sk-live-abcdefghijklmnop1234';
const PLACE = { project_id: 'p', region: 'europe-west1' };

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
  call('POST', '/model-providers', { name: 'OpenAI', type: 'openai', credentials: { api_key: SECRET }, ...body });
const storedRow = (id: string) =>
  api.database.selectFrom('model_providers').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const storedCredentials = async (id: string): Promise<unknown> => {
  const row = await storedRow(id);
  if (row.sealed_credentials === null || row.sealing_key_version === null) return undefined;
  const sealed = { bytes: row.sealed_credentials, keyVersion: row.sealing_key_version };
  return JSON.parse(api.app.get(Sealer).open(sealed, id));
};
const kinds = async (): Promise<string[]> => (await api.changes(tenant.organizationId)).map(({ kind }) => kind);

describe('creating a model provider', () => {
  it('answers 201 with masked hints; the credential is stored sealed and in no other form', async () => {
    const answer = await create({ handle: 'EU', models: ['gpt-5-mini', 'gpt-5-mini'], priority: 5 });
    expect(answer.status).toBe(201);
    const provider = answer.body.model_provider;
    expect(modelProviderSchema.parse(provider)).toEqual(provider);
    expect(provider).toMatchObject({
      scope: { scope_type: 'organization', scope_id: tenant.organizationId },
      handle: 'eu',
      models: ['gpt-5-mini'],
      credential_hints: { api_key: '…1234' },
      enabled: true,
      revision: '1',
    });
    expect(await storedCredentials(provider.id)).toEqual({ api_key: SECRET });
    expect((await storedRow(provider.id)).sealed_credentials?.includes(SECRET)).toBe(false);
    expect(await kinds()).toEqual(['MODEL_PROVIDER_UPDATED']);
  });

  it('a synonym of a vendor is stored under its one name', async () => {
    const credentials = { api_key: SECRET, endpoint: 'https://x.openai.azure.com' };
    expect((await create({ type: 'azure_openai', credentials })).body.model_provider.type).toBe('azure');
  });

  it('prices are kept as exact integers', async () => {
    const price = { input: 2_500_000_000, output: 10_000_000_000, cache_read: 250_000_000 };
    const { body } = await create({ prices: { 'my-model': price }, default_price: price });
    expect(body.model_provider).toMatchObject({ prices: { 'my-model': price }, default_price: price });
  });

  it.each([
    ['type', { type: 'nonsense' }],
    ['credentials.api_key', { credentials: {} }],
    ['credentials.apiKey', { credentials: { api_key: SECRET, apiKey: SECRET } }],
    ['base_url', { type: 'custom' }],
    ['base_url', { type: 'vllm', credentials: {} }],
    [
      'base_url',
      {
        type: 'azure',
        base_url: 'https://x.openai.azure.com',
        credentials: { api_key: SECRET, endpoint: 'https://x.openai.azure.com' },
      },
    ],
    ['credentials.auth_credentials', { type: 'vertex', credentials: { ...PLACE, auth_credentials: SECRET } }],
    ['credentials.region', { type: 'vertex', credentials: { ...PLACE, region: 'evil.example.com/' } }],
    ['handle', { handle: 'vertex_ai' }],
    ['base_url', { base_url: 'http://169.254.169.254/latest' }],
    ['base_url', { base_url: 'https://user:pass@example.com' }],
    ['base_url', { base_url: 'ftp://example.com' }],
    [
      'credentials.endpoint',
      { type: 'azure', credentials: { api_key: SECRET, endpoint: 'http://metadata.google.internal' } },
    ],
    ['handle', { handle: 'a/b' }],
    ['handle', { handle: 'anthropic' }],
    ['prices.m.input', { prices: { m: { input: 0.5, output: 1 } } }],
    ['scope.scope_id', { scope: { scope_type: 'team', scope_id: 'team_none' } }],
    ['scope.scope_id', { scope: { scope_type: 'project' } }],
  ])('bad input is answered with the field %s and never with a value', async (field, body) => {
    const answer = await create(body);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'validation_error']);
    const [first] = answer.body.error.meta.fields;
    expect(`${first.path} ${first.message}`).toContain(field.split('.').at(-1));
    expect(answer.text).not.toContain(SECRET);
  });

  it('a handle names one row of an organization, and an archived row gives it back', async () => {
    const { body } = await create({ handle: 'eu' });
    const taken = await create({ handle: 'EU' });
    expect([taken.status, taken.body.error.code, taken.body.error.meta.field]).toEqual([409, 'conflict', 'handle']);
    await call('DELETE', `/model-providers/${body.model_provider.id}`);
    expect((await create({ handle: 'eu' })).status).toBe(201);
  });
});

describe('where local calls are blocked and HTTPS is required', () => {
  it('local and plain endpoints are refused, but for the hosts that the operator named', async () => {
    const strict = await ManagementApp.start(inject('postgresUrl'), {
      BLOCK_LOCAL_HTTP_CALLS: 'true',
      REQUIRE_HTTPS_CUSTOM_ENDPOINTS: 'true',
      ALLOWED_PROXY_HOSTS: 'LLM.internal, 10.0.0.7',
    });
    try {
      const { adminKey: key } = await strict.createTenant('strict');
      const statuses = [];
      for (const base_url of [
        'https://10.0.0.8',
        'http://api.example.com',
        'https://10.0.0.7',
        'https://llm.internal',
      ]) {
        const body = { name: 'x', type: 'custom', base_url };
        statuses.push((await strict.call('POST', '/model-providers', { key, body })).status);
      }
      expect(statuses).toEqual([400, 400, 201, 201]);
    } finally {
      await strict.stop();
    }
  });
});

describe('the life of a model provider', () => {
  it('a PATCH changes what it names and moves the revision; nothing changed means nothing told', async () => {
    const { body } = await create({ models: ['a'], region: 'eu' });
    const path = `/model-providers/${body.model_provider.id}`;
    const changed = await call('PATCH', path, { name: 'renamed', region: null, priority: 1 });
    expect(changed.body.model_provider).toMatchObject({
      name: 'renamed',
      region: null,
      priority: 1,
      models: ['a'],
      credential_hints: { api_key: '…1234' },
      revision: '2',
    });
    expect((await call('PATCH', path, { name: 'renamed' })).body.model_provider).toEqual(changed.body.model_provider);
    expect(await kinds()).toHaveLength(2);
    expect((await api.audit(body.model_provider.id)).map(({ action }) => action)).toEqual([
      'model_provider.create',
      'model_provider.update',
    ]);
    expect((await call('PATCH', path, { type: 'anthropic' })).status).toBe(400);
  });

  it('new credentials replace the old ones whole, and the audit log knows only that they did', async () => {
    const { body } = await create();
    const { id } = body.model_provider;
    const answer = await call('PATCH', `/model-providers/${id}`, {
      credentials: { api_key: 'sk-rotated-zzzzzzzzz9876' },
    });
    expect(answer.body.model_provider).toMatchObject({ credential_hints: { api_key: '…9876' }, revision: '2' });
    expect(await storedCredentials(id)).toEqual({ api_key: 'sk-rotated-zzzzzzzzz9876' });
    const [, entry] = await api.audit(id);
    expect(entry?.diff).toEqual({
      credentials: '[changed]',
      credential_hints: { before: { api_key: '…1234' }, after: { api_key: '…9876' } },
    });
  });

  it('a stored secret is never sent to a new host: base_url changes only together with credentials', async () => {
    const { body } = await create();
    const path = `/model-providers/${body.model_provider.id}`;
    const base_url = 'https://elsewhere.example.com';
    const refused = await call('PATCH', path, { base_url });
    expect([refused.status, refused.body.error.meta.fields[0].path]).toEqual([400, 'credentials']);
    const accepted = await call('PATCH', path, { base_url, credentials: { api_key: 'sk-for-elsewhere' } });
    expect(accepted.body.model_provider.base_url).toBe(base_url);
    const local = await call('PATCH', path, { base_url: 'http://[fe80::1]', credentials: { api_key: 'k' } });
    expect(local.body.error.meta.fields[0].path).toBe('base_url');
  });

  it('a row without a key keeps the base URL that it depends on', async () => {
    const base_url = 'http://localhost:8080';
    const { body } = await create({ type: 'anthropic', base_url, credentials: {} });
    const path = `/model-providers/${body.model_provider.id}`;
    const refused = await call('PATCH', path, { base_url: null });
    expect([refused.status, refused.body.error.meta.fields[0].path]).toEqual([400, 'credentials.api_key']);
    const moved = await call('PATCH', path, { base_url: 'http://localhost:8081' });
    expect(moved.body.model_provider.base_url).toBe('http://localhost:8081');
    const keyed = await call('PATCH', path, { base_url: null, credentials: { api_key: SECRET } });
    expect(keyed.body.model_provider.base_url).toBeNull();
  });

  it('a change may not give a row the name of a vendor either', async () => {
    const { body } = await create();
    const refused = await call('PATCH', `/model-providers/${body.model_provider.id}`, { handle: 'gemini' });
    expect([refused.status, refused.body.error.meta.fields[0].path]).toEqual([400, 'handle']);
  });

  it('disabling and enabling are idempotent and tell the gateways', async () => {
    const { body } = await create();
    const { id } = body.model_provider;
    const path = `/model-providers/${id}`;
    expect((await call('POST', `${path}/disable`, { reason: 'incident' })).body.model_provider.enabled).toBe(false);
    expect((await call('POST', `${path}/disable`)).body.model_provider.revision).toBe('2');
    expect((await call('POST', `${path}/enable`)).body.model_provider).toMatchObject({ enabled: true, revision: '3' });
    expect(await kinds()).toHaveLength(3);
    expect((await api.audit(id))[1]).toMatchObject({ action: 'model_provider.disable', reason: 'incident' });
  });

  it('archiving destroys the credentials and hides the row', async () => {
    const { body } = await create();
    const path = `/model-providers/${body.model_provider.id}`;
    const archived = await call('DELETE', path);
    expect([archived.status, archived.body.model_provider.archived_at]).toEqual([200, expect.any(String)]);
    expect(await storedCredentials(body.model_provider.id)).toBeUndefined();
    expect((await call('GET', path)).status).toBe(404);
    expect((await call('DELETE', path)).status).toBe(404);
    expect((await call('GET', '/model-providers')).body.data).toEqual([]);
    expect(await kinds()).toHaveLength(2);
  });

  it('pages show every row once', async () => {
    for (let index = 0; index < 3; index += 1) await create({ name: `p${index}` });
    const first = await call('GET', '/model-providers?limit=2');
    const second = await call('GET', `/model-providers?limit=2&cursor=${first.body.next_cursor}`);
    const names = [...first.body.data, ...second.body.data].map(({ name }: { name: string }) => name);
    expect(names.toSorted()).toEqual(['p0', 'p1', 'p2']);
    expect(second.body.next_cursor).toBeNull();
  });
});
