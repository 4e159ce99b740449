import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from '../support/raw-http.js';
import { SECRETS, Stack } from '../support/stack.js';
import { until } from '../support/until.js';

/** What dashboards and alerts are built on; a name that goes away breaks them in silence. */
const METRICS = [
  'gateway_auth_cache_hits_total',
  'gateway_auth_cache_lookups_total',
  'gateway_auth_cache_misses_total',
  'gateway_auth_cache_size',
  'gateway_budget_blocks_total',
  'gateway_circuit_state',
  'gateway_client_rejects_total',
  'gateway_control_plane_requests_total',
  'gateway_draining',
  'gateway_fallback_events_total',
  'gateway_http_request_duration_seconds',
  'gateway_http_requests_total',
  'gateway_in_flight_requests',
  'gateway_internal_rtt_seconds',
  'gateway_provider_attempts_total',
  'gateway_provider_duration_seconds',
  'gateway_rate_limit_denied_total',
  'gateway_spend_spool_appended_total',
  'gateway_spend_spool_dropped_total',
  'gateway_streaming_active',
  'gateway_streaming_usage_missing_total',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
];

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());

const get = (path: string, method = 'GET') => rawRequest(`${stack.gateway.url}${path}`, { method });

describe('a probe', () => {
  it.each(['/healthz', '/readyz', '/startupz'])('of %s says ok to anybody', async (path) => {
    const answer = await get(path);

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual({
      status: 'ok',
      version: 'local',
      uptime_s: expect.any(Number),
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('of the status page says what is checked, and neither version nor address', async () => {
    const answer = await get('/health');

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual({
      status: 'ok',
      checks: { gateway: 'ok', control_plane: 'ok' },
    });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('of the status page by HEAD has the same headers and no body', async () => {
    const [full, head] = [await get('/health'), await get('/health', 'HEAD')];

    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe(full.headers['content-length']);
    expect(head.body).toHaveLength(0);
  });

  it('of the status page by another method is refused', async () => {
    expect([404, 405]).toContain((await get('/health', 'POST')).status);
  });
});

describe('/metrics', () => {
  it('has every documented name from the start', async () => {
    const { names } = await stack.metrics();

    expect(METRICS.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('counts a request by route, status, provider and model', async () => {
    await stack.openai().chat.completions.create({ model: 'fake/plain', messages: [] });
    const labels = { route: '/v1/chat/completions', status: '200', provider: 'custom', model: 'fake/plain' };

    await until('the request is counted', async () => {
      return (await stack.metrics()).sum('gateway_http_requests_total', labels) === 1;
    });
  });

  it('holds no secret, whatever was presented', async () => {
    await rawRequest(stack.chatUrl, { headers: { 'x-api-key': 'vk-lw-live_LEAKED' }, body: '{}' });
    await rawRequest(stack.chatUrl, { headers: stack.headers(), body: '{"model":"fake/error-500"}' });
    const { text } = await stack.metrics();

    for (const secret of [...Object.values(SECRETS), stack.key.secret, 'vk-lw-live_LEAKED']) {
      expect(text).not.toContain(secret);
    }
  });

  it('does not grow with the model names that clients make up', async () => {
    const names = Array.from({ length: 150 }, (_, index) => `made-up-${index}`);
    await Promise.all(names.map((model) => stack.openai().chat.completions.create({ model, messages: [] })));
    const { text } = await stack.metrics();

    const series = new Set(
      [...text.matchAll(/gateway_http_requests_total\{.*model="([^"]+)"/g)].map(([, name]) => name),
    );
    expect(series.size).toBeLessThanOrEqual(102);
    expect(series).toContain('other');
  });
});

// The last tests, because they take things away.
describe('what the gateway can do without', () => {
  it('is the control plane: liveness and readiness do not ask for it', async () => {
    await stack.controlPlane.kill();

    for (const path of ['/healthz', '/readyz', '/startupz']) expect((await get(path)).status).toBe(200);
  });

  it('is not the journal of spend: readiness says that it cannot be written, and why', async () => {
    const spool = '/dev/null/spool';
    // Not in order: it would wait for the control plane to take its records.
    await stack.gateway.kill();
    const started = stack.gateway.start({ LW_GATEWAY_SPEND_SPOOL_DIR: spool }).catch((error: unknown) => error);
    const answer = await until('readiness answers', () => get('/readyz').catch(() => undefined));

    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      status: 'degraded',
      checks: { spend_spool: expect.any(String) },
    });
    expect(answer.body.toString()).not.toContain(spool);
    expect((await get('/healthz')).status).toBe(200);
    await stack.gateway.kill();
    expect(await started).toBeInstanceOf(Error);
  });
});
