import { InvariantError, VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { sampleCall, sampleCredential } from '../adapters/testing/sample-call.js';
import type { ProviderCall, ProviderCredential } from '../spec/provider-adapter.js';
import { AzureOpenAiAdapter } from './azure-openai.adapter.js';
import type { EntraIdentity } from './entra-token.js';

const ENDPOINT = 'https://acme.openai.azure.com';
const clock = new VirtualClock();
const adapter = new AzureOpenAiAdapter({
  clock,
  entraTokens: () => Promise.reject(new InvariantError('a key needs no token')),
});

function credential(
  credentials: Readonly<Record<string, string>> = {},
  deploymentMap: Readonly<Record<string, string>> = { 'gpt-5': 'prod gpt/5' },
): ProviderCredential {
  return sampleCredential({
    family: 'azure',
    credentials: { api_key: 'az-1', endpoint: ENDPOINT, ...credentials },
    deploymentMap,
  });
}
const dated = (change: Readonly<Record<string, string>> = {}) => credential({ api_version: '2024-10-21', ...change });
const call = (change: Partial<ProviderCall> = {}): ProviderCall => sampleCall({ model: 'gpt-5', ...change });
const stored = call({ operation: 'stored-response', model: '', resourcePath: '/resp_1?a=b', method: 'DELETE' });

describe('AzureOpenAiAdapter', () => {
  it.each([
    ['chat', {}, '/openai/v1/chat/completions'],
    ['responses', { dialect: 'openai-responses' }, '/openai/v1/responses'],
    ['completions', { dialect: 'openai-completions' }, '/openai/v1/completions'],
    ['embeddings', { operation: 'embed' }, '/openai/v1/embeddings'],
  ] as const)('calls the v1 API for %s when no version is pinned', (_name, change, path) => {
    expect(adapter.target(credential(), call(change))).toEqual({
      origin: ENDPOINT,
      path,
      method: 'POST',
      headers: { 'api-key': 'az-1' },
    });
  });

  it.each([
    ['v1', ''],
    ['preview', '?api-version=preview'],
    ['latest', '?api-version=latest'],
  ])('calls the v1 API for the version %s', (api_version, query) => {
    expect(adapter.target(credential({ api_version }), call())).toMatchObject({
      path: `/openai/v1/chat/completions${query}`,
    });
  });

  it.each([
    ['chat', {}, 'chat/completions'],
    ['completions', { dialect: 'openai-completions' }, 'completions'],
    ['embeddings', { operation: 'embed' }, 'embeddings'],
  ] as const)('names the deployment in the path for %s when a version is pinned', (_name, change, path) => {
    expect(adapter.target(dated(), call(change))).toMatchObject({
      path: `/openai/deployments/prod%20gpt%2F5/${path}?api-version=2024-10-21`,
    });
  });

  it.each([
    ['2024-10-21', '/openai/v1/responses'],
    ['2025-02-01-preview', '/openai/v1/responses'],
    ['2025-03-01-preview', '/openai/responses?api-version=2025-03-01-preview'],
    ['2025-04-01-preview', '/openai/responses?api-version=2025-04-01-preview'],
  ])('asks for Responses in version %s where that version has them', (api_version, path) => {
    const responses = call({ dialect: 'openai-responses' });
    expect(adapter.target(credential({ api_version }), responses)).toMatchObject({ path });
  });

  it('reads and deletes what Azure has stored', () => {
    expect(adapter.target(credential(), stored)).toMatchObject({
      path: '/openai/v1/responses/resp_1?a=b',
      method: 'DELETE',
    });
    expect(adapter.target(credential({ api_version: '2025-04-01-preview' }), stored)).toMatchObject({
      path: '/openai/responses/resp_1?a=b&api-version=2025-04-01-preview',
    });
  });

  it.each([
    ['mapped', { 'gpt-5': 'prod' }, '', 'prod'],
    ['not mapped', {}, '', 'gpt-5'],
    ['not mapped, with a default', {}, 'any', 'any'],
    ['mapped, with a default', { 'gpt-5': 'prod' }, 'any', 'prod'],
  ])('chooses a deployment for a model that is %s', (_name, map, default_deployment, deployment) => {
    const used = credential({ default_deployment, api_version: '2024-10-21' }, map);
    expect(adapter.target(used, call())).toMatchObject({
      path: `/openai/deployments/${deployment}/chat/completions?api-version=2024-10-21`,
    });
  });

  it('takes no deployment from what every object inherits', () => {
    expect(adapter.target(credential({ api_version: '2024-10-21' }, {}), call({ model: 'constructor' }))).toMatchObject(
      {
        path: '/openai/deployments/constructor/chat/completions?api-version=2024-10-21',
      },
    );
  });

  it.each([
    ['v1', {}, '{"model":"prod gpt/5","n":1.0}'],
    ['2024-10-21', {}, '{"model":"gpt-5","n":1.0}'],
    ['2024-10-21', { dialect: 'openai-responses' }, '{"model":"prod gpt/5","n":1.0}'],
    ['v1', { operation: 'embed' }, '{"model":"prod gpt/5","n":1.0}'],
  ] as const)(
    'names the deployment in the body where version %s looks for it (%j)',
    (api_version, change, expected) => {
      const body = Buffer.from('{"model":"gpt-5","n":1.0}');
      const prepared = adapter.prepareBody(credential({ api_version }), { ...call(change), body });
      expect(prepared.toString()).toBe(expected);
    },
  );

  it.each([ENDPOINT, `${ENDPOINT}/`, `${ENDPOINT}/openai`, `${ENDPOINT}/openai/v1/`])(
    'reads the endpoint %s however it is written',
    (endpoint) => {
      expect(adapter.target(credential({ endpoint }), call())).toMatchObject({
        origin: ENDPOINT,
        path: '/openai/v1/chat/completions',
      });
    },
  );

  it('reaches Azure through a proxy at a path of its own', () => {
    expect(adapter.target(credential({ endpoint: 'http://proxy:1/azure/' }), call())).toMatchObject({
      origin: 'http://proxy:1',
      path: '/azure/openai/v1/chat/completions',
    });
  });

  it.each([
    [{ endpoint: '' }, {}],
    [{ endpoint: 'http://user:hush@host' }, {}],
    [{ api_key: 'hush\r\nx: y' }, {}],
    [{ api_key: '' }, {}],
    [{ api_key: '', client_secret: 'hush' }, {}],
    [{ api_key: '__use_aad__', tenant_id: 't' }, {}],
    [{}, { operation: 'list-models' }],
    [{}, { operation: 'count-tokens' }],
    [{}, { dialect: 'anthropic-messages' }],
    [{}, { operation: 'stored-response', resourcePath: '/../files' }],
    [{ api_version: '2024-10-21' }, { model: '..' }],
  ] as const)('refuses %j for %j, and repeats no secret', (credentials, change) => {
    expect(adapter.target(credential(credentials), call(change))).toEqual({
      refusal: expect.not.stringContaining('hush'),
    });
  });

  it('says what it can', () => {
    expect(adapter.dialects(credential(), 'gpt-5')).toEqual(['openai-chat', 'openai-responses']);
    expect(adapter.dialects(credential(), 'gpt-35-turbo-instruct')).toEqual(['openai-completions']);
    expect(adapter.stateFamily('prod')).toBe('openai');
    expect(adapter.embeddings()).toBe('openai');
    expect(adapter.storesResponses()).toBe(true);
    expect(adapter.countsTokens('openai-chat')).toBe(false);
  });
});

describe('AzureOpenAiAdapter with Entra ID', () => {
  const application = { api_key: '', tenant_id: 'contoso.com', client_id: 'c-1', client_secret: 'cs-1' };

  function adapterWithTokens() {
    const asked: EntraIdentity[] = [];
    const withTokens = new AzureOpenAiAdapter({
      clock,
      entraTokens: (identity) => {
        asked.push(identity);
        return Promise.resolve({ token: `t-${asked.length}`, expiresAtMs: clock.now() + 3_600_000 });
      },
    });
    return { asked, withTokens };
  }

  it('signs in as an application, once for all keys that use it', async () => {
    const { asked, withTokens } = adapterWithTokens();
    const waiting = [
      withTokens.target(credential(application), call()),
      withTokens.target(credential(application), call()),
    ];
    expect(await Promise.all(waiting)).toMatchObject([
      { headers: { authorization: 'Bearer t-1' } },
      { headers: { authorization: 'Bearer t-1' } },
    ]);
    expect(withTokens.target(credential(application), call())).toMatchObject({
      headers: { authorization: 'Bearer t-1' },
    });
    expect(asked).toMatchObject([
      { kind: 'application', tenantId: 'contoso.com', clientId: 'c-1', clientSecret: 'cs-1' },
    ]);
  });

  it.each([
    ['https://acme.openai.azure.com', 'public'],
    ['https://acme.services.ai.azure.com/api/projects/p', 'public'],
    ['https://acme.openai.azure.us', 'government'],
    ['https://acme.openai.azure.cn', 'china'],
  ])('signs in as this machine at %s, in the %s cloud', async (endpoint, cloud) => {
    const { asked, withTokens } = adapterWithTokens();
    const target = await withTokens.target(credential({ api_key: '__use_aad__', endpoint }), call());
    expect(target).toMatchObject({ headers: { authorization: 'Bearer t-1' } });
    expect(asked).toMatchObject([{ kind: 'machine', cloud: { name: cloud } }]);
  });

  it.each([
    'https://evil.example.com',
    'http://acme.openai.azure.com',
    'https://acme.openai.azure.com.evil.example.com',
    'https://acme.openai.azure.com:8443',
    'https://openai.azure.com',
    'https://evilopenai.azure.com',
  ])('never shows the identity of this machine to %s', async (endpoint) => {
    const { asked, withTokens } = adapterWithTokens();
    const target = await withTokens.target(credential({ api_key: '__use_aad__', endpoint }), call());
    expect(target).toHaveProperty('refusal');
    expect(asked).toEqual([]);
  });

  it('rejects when no token can be had', async () => {
    const failing = new AzureOpenAiAdapter({ clock, entraTokens: () => Promise.reject(new Error('cs-1 is wrong')) });
    const target = Promise.resolve(failing.target(credential(application), call()));
    await expect(target).rejects.toThrow(/^an access token could not be fetched$/);
  });
});

describe('the credentials of Azure', () => {
  const rules = adapter.credentialRules();
  const key = { api_key: 'k', endpoint: ENDPOINT };
  const application = { endpoint: ENDPOINT, tenant_id: 't', client_id: 'c', client_secret: 's' };

  it('hold a URL that is checked like a base URL, and no base URL beside it', () => {
    expect(rules).toMatchObject({ baseUrl: 'refused', urlNames: ['endpoint'] });
  });

  it.each([
    [key],
    [{ ...key, api_version: '2024-10-21', default_deployment: 'd' }],
    [{ ...key, api_key: '__use_aad__' }],
    [application],
    [{ ...application, api_key: '__use_aad__' }],
  ])('%j are taken', (credentials) => {
    expect(rules.schema['~standard'].validate(credentials)).toEqual({ value: credentials });
  });

  it.each([
    [{ endpoint: ENDPOINT }, ['api_key']],
    [{ api_key: 'k' }, ['endpoint']],
    [{ ...key, endpoint: 'acme' }, ['endpoint']],
    [{ ...key, api_version: '../x' }, ['api_version']],
    [{ ...application, tenant_id: 'a/b' }, ['tenant_id']],
    [{ ...key, ...application }, []],
    [{ ...key, client_id: 'c' }, []],
    [{ ...key, deployment: 'd' }, []],
  ])('%j are refused at %j', (credentials, path) => {
    expect(rules.schema['~standard'].validate(credentials)).toMatchObject({ issues: [{ path }] });
  });
});
