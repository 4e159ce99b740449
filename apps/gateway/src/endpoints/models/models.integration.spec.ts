import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLE_AUDIENCE, BUNDLE_ISSUER, GATEWAY_PROTOCOL_PREFIX, type ConfigPayloadInput } from '#gateway-protocol';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SignJWT } from 'jose';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readGatewayConfig } from '../../config/gateway-config.js';
import { createGateway } from '../../create-gateway.js';
import { GatewayVersion } from '../../gateway-version.js';
import { ModelProbe } from './model-probe.js';
import { TracingOptions } from '../../telemetry/tracing-options.js';

const JWT_SECRET = 'a-secret-for-bundles';
const spoolDir = mkdtempSync(join(tmpdir(), 'models-'));

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let controlPlane: Server;
let provider: Server;
let gateway: NestFastifyApplication;
let gatewayUrl: string;
/** Configuration by virtual key; the key is its own id. */
const configs = new Map<string, Partial<ConfigPayloadInput>>();
let providerRequests: string[] = [];

async function listen(handler: Handler): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** A control plane that knows the keys of {@link configs} and nothing else. */
async function serveControlPlane(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.slice(GATEWAY_PROTOCOL_PREFIX.length) ?? '';
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const answer = (status: number, value: object): void => void response.writeHead(status).end(JSON.stringify(value));
  if (path === '/resolve-key') {
    const { key_presented: key } = JSON.parse(body) as { key_presented: string };
    if (!configs.has(key)) return answer(404, { error: { code: 'virtual_key_not_found' } });
    const jwt = new SignJWT({ vk_id: key, org_id: 'org_1' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(BUNDLE_ISSUER)
      .setAudience(BUNDLE_AUDIENCE)
      .setExpirationTime('15m');
    return answer(200, { jwt: await jwt.sign(new TextEncoder().encode(JWT_SECRET)) });
  }
  const id = decodeURIComponent(path.replace('/config/', ''));
  const config = configs.get(id);
  return config === undefined ? answer(404, {}) : answer(200, { vk_id: id, ...config });
}

/** A provider whose base URL says how it behaves. */
function serveModels(request: IncomingMessage, response: ServerResponse): void {
  providerRequests.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
  const list = (...ids: string[]): string => JSON.stringify({ object: 'list', data: ids.map((id) => ({ id })) });
  switch (request.url) {
    case '/good/v1/models':
      return void response.end(list('zeta', 'org/alpha'));
    case '/moved/v1/models':
      return void response.writeHead(302, { location: '/good/v1/models' }).end();
    case '/huge/v1/models':
      return void response.end(list('x'.repeat(1024 * 1024)));
    case '/silent/v1/models':
      return;
    case '/garbled/v1/models':
      return void response.end('<html>');
    default:
      return void response.writeHead(401).end('{}');
  }
}

const at = (id: string, behaviour: string): NonNullable<ConfigPayloadInput['providers']>[number] => ({
  id,
  type: 'custom',
  base_url: `${urlOf(provider)}/${behaviour}`,
  credentials: { api_key: `secret-${id}` },
});

function get(path: string, key: string): Promise<Response> {
  return fetch(gatewayUrl + path, { headers: { authorization: `Bearer ${key}` } });
}

beforeAll(async () => {
  controlPlane = await listen((request, response) => void serveControlPlane(request, response));
  provider = await listen(serveModels);
  const config = readGatewayConfig({
    LW_GATEWAY_BASE_URL: urlOf(controlPlane),
    LW_GATEWAY_INTERNAL_SECRET: 'a-secret-for-calls',
    LW_GATEWAY_JWT_SECRET: JWT_SECRET,
    LW_GATEWAY_SPEND_SPOOL_DIR: spoolDir,
    LOG_LEVEL: 'error',
    // The provider of this test lives on this machine, under its address but not under its name.
    BLOCK_LOCAL_HTTP_CALLS: 'true',
    ALLOWED_PROXY_HOSTS: '127.0.0.1',
  });
  gateway = await createGateway(config, new GatewayVersion('1.2.3'), new TracingOptions(false));
  await gateway.listen(0, '127.0.0.1');
  gatewayUrl = urlOf(gateway.getHttpServer() as Server);
});

afterAll(async () => {
  gateway.getHttpServer().closeAllConnections();
  await gateway.close();
  controlPlane.closeAllConnections();
  controlPlane.close();
  provider.closeAllConnections();
  provider.close();
  rmSync(spoolDir, { recursive: true, force: true });
});

beforeEach(() => {
  providerRequests = [];
});

describe('GET /v1/models', () => {
  it('lists what the key’s providers have, and asks them once', async () => {
    configs.set('vk-live', { providers: [at('a', 'good')], model_aliases: { fast: 'custom/zeta' } });
    for (const _ of [1, 2]) {
      const response = await get('/v1/models', 'vk-live');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(response.headers.get('x-langwatch-gateway-version')).toBe('1.2.3');
      expect(response.headers.get('x-langwatch-gateway-request-id')).toMatch(/^req_/);
      expect(response.headers.has('x-langwatch-models-discovery-incomplete')).toBe(false);
      expect(await response.json()).toEqual({
        object: 'list',
        data: [
          { id: 'fast', object: 'model', created: 0, owned_by: 'langwatch' },
          { id: 'org/alpha', object: 'model', created: 0, owned_by: 'custom' },
          { id: 'zeta', object: 'model', created: 0, owned_by: 'custom' },
        ],
      });
    }
    expect(providerRequests).toEqual(['GET /good/v1/models Bearer secret-a']);
  });

  it('says what it could not find out, and lists the rest', async () => {
    const failing = ['moved', 'huge', 'garbled', 'closed'].map((behaviour) => at(behaviour, behaviour));
    configs.set('vk-gaps', {
      providers: [...failing, { id: 'v', type: 'vertex' }, { ...at('d', 'closed'), models: ['m'] }],
    });
    const response = await get('/v1/models', 'vk-gaps');
    expect(response.headers.get('x-langwatch-models-discovery-incomplete')).toBe(
      'custom:probe-failed,vertex:not-enumerable',
    );
    expect(await response.json()).toMatchObject({ data: [{ id: 'm' }] });
    expect(providerRequests.filter((line) => line.includes('/good/'))).toEqual([]);
  });

  it('never connects to a metadata service to find out', async () => {
    configs.set('vk-egress', { providers: [{ id: 'e', type: 'custom', base_url: 'http://169.254.169.254' }] });
    const response = await get('/v1/models', 'vk-egress');
    expect(response.headers.get('x-langwatch-models-discovery-incomplete')).toBe('custom:probe-failed');
    expect(await response.json()).toEqual({ object: 'list', data: [] });
  });

  it('asks nobody when the key’s rules name every model', async () => {
    configs.set('vk-literal', { providers: [at('b', 'good')], models_allowed: ['zeta'] });
    expect(await (await get('/v1/models', 'vk-literal')).json()).toMatchObject({ data: [{ id: 'zeta' }] });
    expect(providerRequests).toEqual([]);
  });

  it('gives up on a provider that never answers, when it is told to', async () => {
    const probe = gateway.get<ModelProbe>(ModelProbe, { strict: false });
    const gone = new AbortController();
    provider.once('request', () => gone.abort());
    const target = { origin: urlOf(provider), path: '/silent/v1/models', method: 'GET', headers: {} } as const;
    expect(await probe.list(target, gone.signal)).toBeUndefined();
  });

  it('answers HEAD and a trailing slash, and leaves a body unread', async () => {
    configs.set('vk-odd', { providers: [at('o', 'good')] });
    const headers = { authorization: 'Bearer vk-odd' };
    const head = await fetch(`${gatewayUrl}/v1/models`, { method: 'HEAD', headers });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(await (await get('/v1/models/', 'vk-odd')).json()).toMatchObject({ object: 'list' });
    const withBody = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request(`${gatewayUrl}/v1/models`, { headers: { ...headers, 'content-length': 15 } }, resolve);
      call.on('error', reject).end('not JSON at all');
    });
    withBody.resume();
    expect(withBody.statusCode).toBe(200);
  });

  it('needs a good key', async () => {
    const response = await get('/v1/models', 'vk-unknown');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  it('lists an empty key as an empty list', async () => {
    configs.set('vk-empty', {});
    expect(await (await get('/v1/models', 'vk-empty')).json()).toEqual({ object: 'list', data: [] });
  });
});

describe('GET /v1/models/{id}', () => {
  it('answers OpenAI’s SDK, also for ids with slashes', async () => {
    configs.set('vk-sdk', { providers: [at('c', 'good')] });
    const client = new OpenAI({ baseURL: `${gatewayUrl}/v1`, apiKey: 'vk-sdk', maxRetries: 0 });
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(['org/alpha', 'zeta']);
    for (const id of ids) {
      expect(await client.models.retrieve(id)).toEqual({ id, object: 'model', created: 0, owned_by: 'custom' });
    }
    expect((await get('/v1/models/org/alpha', 'vk-sdk')).status).toBe(200);
    await expect(client.models.retrieve('no/such')).rejects.toMatchObject({ status: 404, code: 'not_found' });
  });

  it('names the model that it does not have, and what it could not find out', async () => {
    configs.set('vk-404', { providers: [at('f', 'closed')] });
    const response = await get('/v1/models/custom/zeta', 'vk-404');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: {
        code: 'not_found',
        message: 'There is no model "custom/zeta" that this key may use.',
        meta: { discovery_incomplete: ['custom:probe-failed'] },
      },
    });
  });
});

describe('a chat request under the egress policy', () => {
  it.each([
    ['by what its URL says', () => 'http://169.254.169.254', 'its host is a metadata service'],
    [
      'by what its name resolves to',
      () => urlOf(provider).replace('127.0.0.1', 'localhost'),
      'its host has a private, loopback or reserved address',
    ],
  ])('is refused %s, and nothing is tried after it', async (what, baseUrl, reason) => {
    const key = `vk-chat ${what}`;
    configs.set(key, { providers: [{ id: 'm', type: 'custom', base_url: baseUrl() }, at('next', 'good')] });
    const response = await fetch(`${gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'custom/zeta', messages: [] }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'bad_request', meta: { model_provider_id: 'm', reason: `base_url rejected: ${reason}` } },
    });
    expect(providerRequests).toEqual([]);
  });
});
