import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';

import { configPayloadSchema } from '#gateway-protocol';

import { AdminKeys } from '../admin-auth/admin-keys.js';
import { Organizations } from '../organizations/organizations.js';
import { startTestControlPlane, type TestControlPlane } from '../testing/control-plane.js';
import { signedFetch } from '../testing/signed-fetch.js';

const keySchema = z.object({ virtual_key: z.object({ id: z.string() }), secret: z.string() });
const oneProviderSchema = z.object({ model_provider: z.object({ id: z.string() }) });

const CREDENTIAL = 'sk-live-abcdefghijklmnop1234';

let controlPlane: TestControlPlane;
let adminKey: string;
let projectId: string;

beforeAll(async () => {
  controlPlane = await startTestControlPlane(inject('postgresUrl'));
  const organizations = controlPlane.app.get(Organizations, { strict: false });
  const { id: organizationId } = await organizations.createOrganization({ name: 'acme' });
  ({ id: projectId } = await organizations.createProject({ organizationId, name: 'project' }));
  ({ secret: adminKey } = await controlPlane.app.get(AdminKeys, { strict: false }).mint(organizationId, 'first run'));
});
afterAll(() => controlPlane.close());

const call = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${controlPlane.baseUrl}/api/gateway/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

describe('the management API in the whole control plane', () => {
  it('is served over HTTP beside the gateway protocol', async () => {
    expect((await call('GET', '/virtual-keys')).status).toBe(200);
    expect((await fetch(`${controlPlane.baseUrl}/api/gateway/v1/openapi.json`)).status).toBe(200);
    expect((await fetch(`${controlPlane.baseUrl}/api/gateway/v1/virtual-keys`)).status).toBe(401);
  });

  it('writes no secret and no body into the log', async () => {
    const provider = await call('POST', '/model-providers', {
      name: 'OpenAI',
      type: 'openai',
      credentials: { api_key: CREDENTIAL },
    });
    expect(provider.status).toBe(201);
    const created = await call('POST', '/virtual-keys', { name: 'shown-in-the-body', trace_project_id: projectId });
    const { secret } = keySchema.parse(await created.json());
    expect(secret).toMatch(/^vk-lw-live_/);
    await call('POST', '/model-providers', {
      name: 'x',
      type: 'openai',
      credentials: { api_key: 1, [CREDENTIAL]: '' },
    });
    const log = controlPlane.logLines.join('\n');
    expect(controlPlane.logLines.length).toBeGreaterThan(0);
    for (const hidden of [CREDENTIAL, secret, adminKey, 'shown-in-the-body']) expect(log).not.toContain(hidden);
  });

  it('what is written here is what a gateway reads: key, provider, credential, budget, limits', async () => {
    const price = { input: 1_000, output: 2_000 };
    const written = await call('POST', '/model-providers', {
      name: 'own',
      type: 'custom',
      base_url: 'http://127.0.0.1:9/v1',
      handle: 'own',
      credentials: { api_key: CREDENTIAL },
      models: ['model-1'],
      default_price: price,
    });
    const { model_provider: provider } = oneProviderSchema.parse(await written.json());
    const created = await call('POST', '/virtual-keys', {
      name: 'key',
      trace_project_id: projectId,
      routing_mode: 'fallback_all',
      budget: { limit_usd: '2.50', window: 'day' },
      config: {
        providersAllowed: [provider.id],
        modelsAllowed: ['model-*'],
        modelAliases: { fast: 'own/model-1' },
        rateLimits: { rpm: 7 },
        metadata: { tags: ['env=prod'] },
      },
    });
    const { virtual_key: key, secret } = keySchema.parse(await created.json());
    expect((await resolve(secret)).status).toBe(200);
    const response = await signedFetch(controlPlane, `/config/${key.id}`);
    expect(configPayloadSchema.parse(await response.json())).toMatchObject({
      vk_id: key.id,
      project_id: projectId,
      routing_mode: 'fallback_all',
      providers: [
        {
          id: provider.id,
          type: 'custom',
          handle: 'own',
          base_url: 'http://127.0.0.1:9/v1',
          credentials: { api_key: CREDENTIAL },
          models: ['model-1'],
          default_price: price,
        },
      ],
      models_allowed: ['model-*'],
      model_aliases: { fast: 'own/model-1' },
      rate_limits: { rpm: 7 },
      vk_tags: ['env=prod'],
      budgets: [
        { scope: 'virtual_key', scope_id: key.id, window: 'day', limit_micro_usd: 2_500_000, spent_micro_usd: 0 },
      ],
    });
  });

  it('every act on a key moves its ETag or its answer: rotated secrets both resolve, revoked ones do not', async () => {
    const created = await call('POST', '/virtual-keys', { name: 'key', trace_project_id: projectId });
    const { virtual_key: key, secret } = keySchema.parse(await created.json());
    const etag = async () => (await signedFetch(controlPlane, `/config/${key.id}`)).headers.get('etag');
    const etags = [await etag()];
    const rotated = keySchema.parse(await (await call('POST', `/virtual-keys/${key.id}/rotate`)).json());
    etags.push(await etag());
    expect([(await resolve(secret)).status, (await resolve(rotated.secret)).status]).toEqual([200, 200]);
    for (const act of ['disable', 'enable', 'revoke']) {
      await call('POST', `/virtual-keys/${key.id}/${act}`);
      etags.push(await etag());
    }
    expect(new Set(etags).size).toBe(5);
    expect([(await resolve(secret)).status, (await resolve(rotated.secret)).status]).toEqual([401, 403]);
  });
});

const resolve = (secret: string): Promise<Response> =>
  signedFetch(controlPlane, '/resolve-key', { method: 'POST', body: JSON.stringify({ key_presented: secret }) });
