import type { ConfigPayloadInput } from '#gateway-protocol';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeControlPlaneServer } from '../auth/testing/fake-control-plane-server.js';
import { RunningGateway } from '../auth/testing/running-gateway.js';

/** Routes of operators: they carry no public API and need no key. */
const OPERATIONAL = new Set(['/healthz', '/readyz', '/startupz', '/health', '/metrics']);

/** Routes that cost nothing: a key is all they need. A new one must be entered here by hand, with a reason. */
const FREE = new Set(['/v1/models', '/v1/models/*', '/v1beta/models', '/v1beta/models/*']);

const PROVIDER = {
  id: 'mp_1',
  type: 'openai',
  credentials: { api_key: 'sk-1' },
  base_url: 'http://127.0.0.1:9',
} satisfies NonNullable<ConfigPayloadInput['providers']>[number];

const SPENT = {
  id: 'b1',
  scope: 'virtual_key',
  scope_id: 'poor',
  window: 'day',
  limit_micro_usd: 1,
  spent_micro_usd: 1,
  on_breach: 'block',
} satisfies NonNullable<ConfigPayloadInput['budgets']>[number];

interface Route {
  readonly method: string;
  readonly path: string;
}

const controlPlane = new FakeControlPlaneServer();
let gateway: RunningGateway;
let routes: readonly Route[];

beforeAll(async () => {
  await controlPlane.listen();
  controlPlane.addKey('poor', { project_id: 'project_1', providers: [PROVIDER], budgets: [SPENT] });
  controlPlane.addKey('hasty', { project_id: 'project_1', providers: [PROVIDER], rate_limits: { rpm: 1 } });
  gateway = await RunningGateway.start(controlPlane);
  routes = listRoutes(gateway.app.get(ModulesContainer));
});
afterAll(async () => {
  await gateway.stop();
  await controlPlane.close();
});

/** Every route that a controller declares. */
function listRoutes(modules: ModulesContainer): readonly Route[] {
  const found: Route[] = [];
  for (const { controllers } of modules.values()) {
    for (const { metatype } of controllers.values()) {
      const base = metatype === null ? '' : (Reflect.getMetadata(PATH_METADATA, metatype) as string);
      const prototype = (metatype as { prototype: Record<string, unknown> } | null)?.prototype ?? {};
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const handler = prototype[name];
        if (name === 'constructor' || typeof handler !== 'function') continue;
        const paths = [Reflect.getMetadata(PATH_METADATA, handler) as string | string[] | undefined].flat();
        const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? 'GET';
        for (const path of paths) if (path !== undefined) found.push({ method, path: join(base, path) });
      }
    }
  }
  return found;
}

function join(base: string, path: string): string {
  return `/${base}/${path}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
}

function ask({ method, path }: Route, key: string | undefined): Promise<Response> {
  const url = path.replace(':id', 'resp_1').replace('*', method === 'POST' ? 'gpt-5:generateContent' : 'gpt-5');
  const takesBody = method === 'POST';
  return fetch(gateway.url + url, {
    method: method === 'ALL' ? 'GET' : method,
    headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), 'content-type': 'application/json' },
    ...(takesBody
      ? { body: JSON.stringify({ model: 'gpt-5', messages: [], input: 'x', prompt: 'x', contents: [] }) }
      : {}),
  });
}

const isPublic = ({ path }: Route): boolean => !OPERATIONAL.has(path);
const costs = (route: Route): boolean => isPublic(route) && !(route.method === 'GET' && FREE.has(route.path));

describe('the route table', () => {
  it('holds the public API', () => {
    expect(
      routes
        .filter(isPublic)
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual([
      'DELETE /v1/responses/:id',
      'GET /v1/models',
      'GET /v1/models/*',
      'GET /v1/responses/:id',
      'GET /v1/responses/:id/input_items',
      'GET /v1beta/models',
      'GET /v1beta/models/*',
      'POST /v1/chat/completions',
      'POST /v1/completions',
      'POST /v1/embeddings',
      'POST /v1/messages',
      'POST /v1/messages/count_tokens',
      'POST /v1/models/*',
      'POST /v1/responses',
      'POST /v1/responses/:id/cancel',
      'POST /v1beta/models/*',
    ]);
  });

  it('has no public route that answers without a key', async () => {
    for (const route of routes.filter(isPublic)) {
      expect({ route, status: (await ask(route, undefined)).status }).toEqual({ route, status: 401 });
    }
  });

  it('has no route that costs something and does not ask the budgets', async () => {
    for (const route of routes.filter(costs)) {
      expect({ route, status: (await ask(route, 'poor')).status }).toEqual({ route, status: 402 });
    }
  });

  it('has no route that costs something and is not bound by the ceilings of its key', async () => {
    const [first] = routes.filter(costs);
    if (first === undefined) throw new Error('no route costs anything');
    await ask(first, 'hasty');
    for (const route of routes.filter(costs)) {
      expect({ route, status: (await ask(route, 'hasty')).status }).toEqual({ route, status: 429 });
    }
  });
});
