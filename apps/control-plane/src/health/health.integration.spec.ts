import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type TestControlPlane, startTestControlPlane } from '../testing/control-plane.js';
import { signedFetch } from '../testing/signed-fetch.js';

let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startTestControlPlane(inject('postgresUrl'));
});

afterAll(async () => {
  await plane?.close();
});

describe('the control plane', () => {
  it('is alive and ready while its database answers', async () => {
    expect((await fetch(`${plane.baseUrl}/healthz`)).status).toBe(200);
    const ready = await fetch(`${plane.baseUrl}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ok' }]);
  });

  it('answers an unknown path with the error envelope', async () => {
    const response = await fetch(`${plane.baseUrl}/nothing/here`);
    expect([response.status, await response.json()]).toMatchObject([404, { error: { code: 'not_found' } }]);
  });

  it('is alive but not ready without its database, and says 503 to gateways', async () => {
    await plane.database.destroy();
    await plane.drop();
    expect((await fetch(`${plane.baseUrl}/healthz`)).status).toBe(200);
    const ready = await fetch(`${plane.baseUrl}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { status: 'error' }]);
    const config = await signedFetch(plane, '/config/vk_1');
    expect([config.status, config.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await config.json()).toMatchObject({ error: { code: 'database_unavailable', fault: 'platform' } });
  });
});
