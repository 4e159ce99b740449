import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';

import { ManagementApp } from '../management/testing/management-app.js';

const METHODS = { get: 'GET', post: 'POST', patch: 'PATCH', delete: 'DELETE' } as const;

const operationSchema = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  responses: z.record(z.string(), z.unknown()),
  requestBody: z
    .looseObject({ content: z.object({ 'application/json': z.looseObject({ example: z.unknown() }) }) })
    .optional(),
  'x-codeSamples': z.array(z.object({ source: z.string() })).length(1),
});
const pathsSchema = z.record(z.string(), z.partialRecord(z.enum(['get', 'post', 'patch', 'delete']), operationSchema));

interface Documented {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly operation: z.output<typeof operationSchema>;
}

let api: ManagementApp;
let documented: Documented[];
let text: string;

beforeAll(async () => {
  api = await ManagementApp.start(inject('postgresUrl'));
  const answer = await api.call('GET', '/openapi.json');
  text = answer.text;
  documented = Object.entries(pathsSchema.parse(answer.body.paths)).flatMap(([path, operations]) =>
    (['get', 'post', 'patch', 'delete'] as const).flatMap((name) => {
      const operation = operations[name];
      return operation === undefined ? [] : [{ method: METHODS[name], path, operation }];
    }),
  );
});
afterAll(() => api.stop());

describe('GET /openapi.json', () => {
  it('needs no key and is OpenAPI 3.1', async () => {
    const answer = await api.call('GET', '/openapi.json');
    expect([answer.status, answer.body.openapi]).toEqual([200, '3.1.0']);
  });

  it('documents every route that the server has below the prefix, and no other', () => {
    const served = api.servedRoutes
      .filter((route) => !route.startsWith('HEAD ') && route.includes(' /api/gateway/v1'))
      .map((route) => route.replace('/api/gateway/v1', '').replace(/:(\w+)/g, '{$1}'));
    expect(documented.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(served.toSorted());
    expect(documented.length).toBeGreaterThan(20);
  });

  it('every documented route answers: without a key 401, except the document itself', async () => {
    for (const { method, path } of documented) {
      const answer = await api.call(method, path.replace('{id}', 'vk_1'));
      const expected = path === '/openapi.json' ? 200 : 401;
      expect([method, path, answer.status]).toEqual([method, path, expected]);
    }
  });

  it('every reference in it resolves', () => {
    const document = JSON.parse(text);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((name) => document.components.schemas[String(name)] === undefined)).toEqual([]);
    expect(Object.keys(document.components.schemas).toSorted()).toEqual([
      'Budget',
      'Error',
      'ExplainedRequest',
      'Gateway',
      'ModelProvider',
      'Propagation',
      'RoutingPolicy',
      'VirtualKey',
      'VirtualKeySpend',
    ]);
    expect(text).not.toContain('$defs');
  });

  it('every operation has a name of its own, a summary, a curl line and an answer', () => {
    const names = documented.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(documented.length);
    for (const { method, path, operation } of documented) {
      const source = operation['x-codeSamples'].map((sample) => sample.source).join('');
      const isCreate = method === 'POST' && !path.includes('{id}');
      expect(operation.summary).toMatch(/^[A-Z]/);
      expect(source).toContain(`"$CONTROL_PLANE_URL/api/gateway/v1${path.replace('{id}', '$ID')}`);
      expect(Object.keys(operation.responses)).toContain(isCreate ? '201' : '200');
    }
  });

  it('describes what a create needs and what it refuses', () => {
    const create = documented.find(({ operation }) => operation.operationId === 'createVirtualKey')?.operation;
    expect(create).toMatchObject({
      requestBody: { required: true, content: { 'application/json': { schema: { required: ['name'] } } } },
      parameters: [{ name: 'Idempotency-Key', in: 'header', required: false }],
      responses: { 400: expect.anything(), 401: expect.anything(), 409: expect.anything() },
    });
    expect(JSON.stringify(create)).toContain('trace_project_required');
  });

  it('the examples of creates are accepted as they stand, but for ids of the reader', async () => {
    const tenant = await api.createTenant('acme');
    const provider = { name: 'p', type: 'openai', credentials: { api_key: 'sk-1' } };
    const created = await api.call('POST', '/model-providers', { key: tenant.adminKey, body: provider });
    for (const { method, path, operation } of documented) {
      if (method !== 'POST' || path.includes('{id}')) continue;
      const { example } = operation.requestBody?.content['application/json'] ?? {};
      const body = JSON.parse(
        JSON.stringify(example)
          .replaceAll(/project_01[0-9A-Z]+/g, tenant.projectId)
          .replaceAll(/mp_01[0-9A-Z]+/g, created.body.model_provider.id),
      );
      const answer = await api.call('POST', path, { key: tenant.adminKey, body });
      expect([path, answer.status]).toEqual([path, 201]);
    }
  });
});
