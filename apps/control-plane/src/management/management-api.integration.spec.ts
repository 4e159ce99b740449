import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { AdminKeys } from '../admin-auth/admin-keys.js';
import { BudgetsController } from '../budgets/budgets.controller.js';
import { ModelProvidersController } from '../model-providers/model-providers.controller.js';
import { VirtualKeysController } from '../virtual-keys/virtual-keys.controller.js';
import { routesOf } from './serve-route.js';
import { ManagementApp, type Tenant } from './testing/management-app.js';

const CREDENTIAL = 'sk-live-abcdefghijklmnop1234';

let api: ManagementApp;
let acme: Tenant;
let other: Tenant;

beforeAll(async () => {
  api = await ManagementApp.start(inject('postgresUrl'));
  acme = await api.createTenant('acme');
  other = await api.createTenant('other');
});
afterAll(() => api.stop());

/** One object of each kind in `tenant`, with everything that was answered on the way. */
async function createObjects(tenant: Tenant) {
  const key = tenant.adminKey;
  const virtualKey = await api.call('POST', '/virtual-keys', {
    key,
    body: { name: 'key', trace_project_id: tenant.projectId, budget: { limit_usd: '5', window: 'day' } },
  });
  const provider = await api.call('POST', '/model-providers', {
    key,
    body: { name: 'p', type: 'openai', credentials: { api_key: CREDENTIAL } },
  });
  const budget = await api.call('POST', '/budgets', {
    key,
    body: { scope: { kind: 'organization' }, name: 'b', window: 'day', limit_usd: '5' },
  });
  const ids: Record<string, string> = {
    '/virtual-keys': String(virtualKey.body.virtual_key.id),
    '/model-providers': String(provider.body.model_provider.id),
    '/budgets': String(budget.body.budget.id),
  };
  return { secret: String(virtualKey.body.secret), ids, providerAnswer: provider.text };
}

describe('tenancy', () => {
  const routes = [VirtualKeysController, ModelProvidersController, BudgetsController].flatMap((controller) =>
    routesOf(controller),
  );
  const withId = routes.filter(({ path }) => path.includes(':id'));

  it.each(withId.map((route) => [route.method, route.path, route] as const))(
    "%s %s answers 404 for another organization's id and changes nothing",
    async (method, path, route) => {
      const { ids } = await createObjects(other);
      const prefix = `/${path.split('/')[1]}`;
      const before = await api.changes(other.organizationId);
      const query = 'from' in (route.query?.shape ?? {}) ? '?from=0&to=1' : '';
      const answer = await api.call(method, path.replace(':id', ids[prefix] ?? '') + query, {
        key: acme.adminKey,
        ...(method === 'PATCH' ? { body: { name: 'taken over' } } : {}),
      });
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
      expect(await api.changes(other.organizationId)).toEqual(before);
    },
  );

  it("lists show the caller's own objects only, and a foreign cursor shows nothing", async () => {
    const { ids } = await createObjects(other);
    for (const [path, id] of Object.entries(ids)) {
      const cursor = Buffer.from(id).toString('base64url');
      for (const query of ['?limit=200', `?cursor=${cursor}`]) {
        const { data } = (await api.call('GET', path + query, { key: acme.adminKey })).body;
        expect(
          data.filter((item: { organization_id: string }) => item.organization_id !== acme.organizationId),
        ).toEqual([]);
      }
    }
  });

  it("another organization's ids in a body are refused like ids that do not exist", async () => {
    const { ids } = await createObjects(other);
    const key = acme.adminKey;
    const attempts = [
      ['/virtual-keys', { name: 'x', trace_project_id: other.projectId }],
      [
        '/virtual-keys',
        { name: 'x', trace_project_id: acme.projectId, config: { providersAllowed: [ids['/model-providers']] } },
      ],
      [
        '/virtual-keys',
        {
          name: 'x',
          scopes: [{ scope_type: 'organization', scope_id: other.organizationId }],
          trace_project_id: acme.projectId,
        },
      ],
      [
        '/model-providers',
        {
          name: 'x',
          type: 'custom',
          base_url: 'https://x.example',
          scope: { scope_type: 'team', scope_id: other.teamId },
        },
      ],
      [
        '/budgets',
        { name: 'x', window: 'day', limit_usd: '1', scope: { kind: 'project', project_id: other.projectId } },
      ],
      [
        '/budgets',
        {
          name: 'x',
          window: 'day',
          limit_usd: '1',
          scope: { kind: 'virtual_key', virtual_key_id: ids['/virtual-keys'] },
        },
      ],
      [
        '/budgets',
        {
          name: 'x',
          window: 'day',
          limit_usd: '1',
          scope: { kind: 'organization' },
          provider_key: ids['/model-providers'],
        },
      ],
    ] as const;
    for (const [path, body] of attempts) {
      const answer = await api.call('POST', path, { key, body });
      expect([path, answer.status, answer.body.error?.code]).toEqual([path, 400, expect.any(String)]);
    }
  });
});

describe('many writers at once', () => {
  it('never block one another for good: every act ends in success or in a refusal, and is heard once', async () => {
    const tenant = await api.createTenant('busy');
    const key = tenant.adminKey;
    const objects = await Promise.all([createObjects(tenant), createObjects(tenant)]);
    const acts = objects.flatMap(({ ids }) => {
      const virtualKey = `/virtual-keys/${ids['/virtual-keys']}`;
      const provider = `/model-providers/${ids['/model-providers']}`;
      const budget = `/budgets/${ids['/budgets']}`;
      return [
        () => api.call('PATCH', virtualKey, { key, body: { name: 'a', budget: { limit_usd: '7' } } }),
        () => api.call('POST', `${virtualKey}/rotate`, { key }),
        () => api.call('POST', `${virtualKey}/disable`, { key }),
        () => api.call('POST', `${virtualKey}/enable`, { key }),
        () => api.call('PATCH', budget, { key, body: { limit_usd: '9' } }),
        () => api.call('POST', `${budget}/reset`, { key }),
        () => api.call('POST', `${provider}/disable`, { key }),
        () => api.call('PATCH', provider, { key, body: { priority: 3 } }),
        () => createObjects(tenant).then(() => ({ status: 201 })),
        () => api.call('POST', `${virtualKey}/revoke`, { key }),
        () => api.call('DELETE', budget, { key }),
      ];
    });
    const answers = await Promise.all([...acts, ...acts].map((act) => act()));
    expect(answers.map(({ status }) => status).filter((status) => ![200, 201, 404, 409].includes(status))).toEqual([]);
    for (const { ids } of objects) {
      const heard = (await api.changes(tenant.organizationId)).filter(
        (change) => change.virtual_key_id === ids['/virtual-keys'] && change.kind === 'VK_REVOKED',
      );
      expect(heard).toHaveLength(1);
    }
  });
});

describe('text that no database can keep', () => {
  it('is refused where it stands and is no fault of ours', async () => {
    const key = acme.adminKey;
    const body = { name: 'x', trace_project_id: acme.projectId };
    const answers = [
      await api.call('GET', '/virtual-keys/vk_%00', { key }),
      await api.call('GET', '/virtual-keys?external_id=%00', { key }),
      await api.call('POST', '/virtual-keys', { key, body: { ...body, name: 'x\0' } }),
      await api.call('POST', '/virtual-keys', { key, body: { ...body, metadata: { a: '\ud800' } } }),
    ];
    expect(answers.map(({ status, body: answer }) => [status, answer.error.meta.target])).toEqual([
      [400, 'param'],
      [400, 'query'],
      [400, 'body'],
      [400, 'body'],
    ]);
  });
});

describe('admin keys', () => {
  const listed = async (headers: Record<string, string>): Promise<number> =>
    (await api.call('GET', '/virtual-keys', { headers })).status;

  it('are accepted as a bearer token or in X-Auth-Token', async () => {
    expect(acme.adminKey).toMatch(/^ak-lw-[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(await listed({ authorization: `Bearer ${acme.adminKey}` })).toBe(200);
    expect(await listed({ authorization: `bearer ${acme.adminKey}` })).toBe(200);
    expect(await listed({ 'x-auth-token': acme.adminKey })).toBe(200);
  });

  it('that are missing, malformed or unknown are answered 401 with one and the same body', async () => {
    const bodies = new Set<string>();
    for (const headers of [
      {},
      { authorization: 'Bearer ' },
      { authorization: `Basic ${acme.adminKey}` },
      { authorization: 'Bearer nonsense' },
      { authorization: `Bearer ${acme.adminKey.slice(0, -1)}` },
      { authorization: 'Bearer ak-lw-00000000000000000000000000' },
      { authorization: 'Bearer nonsense', 'x-auth-token': acme.adminKey },
      { 'x-auth-token': '' },
    ]) {
      const answer = await api.call('GET', '/virtual-keys', { headers });
      expect([answer.status, answer.body.error.code]).toEqual([401, 'invalid_credentials']);
      bodies.add(answer.text);
    }
    expect(bodies.size).toBe(1);
  });

  it('are dead at once when revoked, and only their own organization can revoke them', async () => {
    const keys = api.app.get(AdminKeys);
    const { id, secret } = await keys.mint(acme.organizationId, 'short-lived');
    expect(await keys.revoke(other.organizationId, id)).toBe(false);
    expect(await listed({ 'x-auth-token': secret })).toBe(200);
    expect(await keys.revoke(acme.organizationId, id)).toBe(true);
    expect(await listed({ 'x-auth-token': secret })).toBe(401);
    expect(await keys.revoke(acme.organizationId, id)).toBe(false);
    expect((await api.audit(id)).map(({ action }) => action)).toEqual(['admin_api_key.mint', 'admin_api_key.revoke']);
  });

  it('are stored as a hash and a short prefix only', async () => {
    const row = await api.database
      .selectFrom('admin_api_keys')
      .selectAll()
      .where('id', '=', acme.adminKeyId)
      .executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain(acme.adminKey);
    expect(row.display_prefix).toBe(acme.adminKey.slice(0, 'ak-lw-'.length + 6));
  });
});

describe('secrets', () => {
  it('appear in the answers to create and rotate, and nowhere else: not in reads, refusals, audit log, or logs', async () => {
    const { ids, secret, providerAnswer } = await createObjects(acme);
    const key = acme.adminKey;
    const path = `/virtual-keys/${ids['/virtual-keys']}`;
    const providerPath = `/model-providers/${ids['/model-providers']}`;
    const rotated = await api.call('POST', `${path}/rotate`, { key });
    const answers = [
      providerAnswer,
      ...(
        await Promise.all([
          api.call('GET', path, { key }),
          api.call('GET', '/virtual-keys?limit=200', { key }),
          api.call('PATCH', path, { key, body: { name: 'x' } }),
          api.call('PATCH', path, { key, body: { name: secret.repeat(9) } }),
          api.call('GET', providerPath, { key }),
          api.call('GET', '/model-providers', { key }),
          api.call('PATCH', providerPath, { key, body: { credentials: { api_key: CREDENTIAL, bogus: CREDENTIAL } } }),
          api.call('POST', '/model-providers', {
            key,
            body: { name: 'n', type: CREDENTIAL.slice(0, 20), credentials: { api_key: CREDENTIAL } },
          }),
          api.call('POST', `${path}/disable`, { key }),
          api.call('POST', `${path}/revoke`, { key }),
        ])
      ).map(({ text }) => text),
    ];
    const audit = await api.database.selectFrom('audit_log').selectAll().execute();
    const kept = [
      ...answers,
      ...api.logs,
      JSON.stringify(audit, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
    ];
    for (const hidden of [secret, String(rotated.body.secret), CREDENTIAL, acme.adminKey]) {
      expect(kept.filter((text) => text.includes(hidden))).toEqual([]);
    }
  });
});

describe('Idempotency-Key', () => {
  const body = { name: 'key', environment: 'test' };
  const send = (key: string, changes: object = {}, tenant: Tenant = acme) =>
    api.call('POST', '/virtual-keys', {
      key: tenant.adminKey,
      body: { ...body, trace_project_id: tenant.projectId, ...changes },
      headers: { 'idempotency-key': key },
    });
  const countKeys = async (): Promise<number> =>
    (await api.database.selectFrom('virtual_keys').select('id').execute()).length;

  it('a repeat gets the first answer again, byte for byte, secret included, and creates nothing', async () => {
    const first = await send('repeat-00');
    const count = await countKeys();
    const second = await send('repeat-00');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.text).toBe(first.text);
    expect([first.headers['x-idempotent-replay'], second.headers['x-idempotent-replay']]).toEqual([undefined, 'true']);
    expect(await countKeys()).toBe(count);
  });

  it('the stored answer is sealed', async () => {
    const { body: answer } = await send('sealed-00');
    const row = await api.database
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('key', '=', 'sealed-00')
      .executeTakeFirstOrThrow();
    expect(row.sealed_response?.includes(answer.secret)).toBe(false);
    expect(row.sealed_response?.includes('virtual_key')).toBe(false);
  });

  it('of many repeats at once exactly one creates', async () => {
    const count = await countKeys();
    const answers = await Promise.all(Array.from({ length: 6 }, () => send('race-0000')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await countKeys()).toBe(count + 1);
  });

  it('the same key with another body is a conflict', async () => {
    await send('mismatch-0');
    const answer = await send('mismatch-0', { name: 'another' });
    expect([answer.status, answer.body.error.code, answer.body.error.meta]).toEqual([
      409,
      'idempotency_error',
      { reason: 'body_mismatch' },
    ]);
  });

  it('a refused create is not remembered', async () => {
    expect((await send('refused-0', { expires_at: '2000-01-01T00:00:00Z' })).status).toBe(400);
    expect((await send('refused-0')).status).toBe(201);
  });

  it('belongs to one organization and one route', async () => {
    const mine = await send('shared-00');
    const theirs = await send('shared-00', {}, other);
    expect(theirs.status).toBe(201);
    expect(theirs.body.virtual_key.id).not.toBe(mine.body.virtual_key.id);
    const budget = await api.call('POST', '/budgets', {
      key: acme.adminKey,
      body: { scope: { kind: 'organization' }, name: 'b', window: 'day', limit_usd: '1' },
      headers: { 'idempotency-key': 'shared-00' },
    });
    expect(budget.status).toBe(201);
  });

  it('is forgotten after 24 hours', async () => {
    const first = await send('day-after');
    await api.clock.advance(24 * 60 * 60 * 1000 - 1);
    expect((await send('day-after')).text).toBe(first.text);
    await api.clock.advance(1);
    const fresh = await send('day-after');
    expect(fresh.status).toBe(201);
    expect(fresh.body.virtual_key.id).not.toBe(first.body.virtual_key.id);
  });

  it.each(['short', 'x'.repeat(256)])('%s is refused as a header', async (key) => {
    const answer = await send(key);
    expect([answer.status, answer.body.error.code, answer.body.error.meta.target]).toEqual([
      400,
      'validation_error',
      'header',
    ]);
  });
});
