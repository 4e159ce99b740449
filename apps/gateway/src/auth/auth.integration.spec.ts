import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeControlPlaneServer } from './testing/fake-control-plane-server.js';
import { RunningGateway } from './testing/running-gateway.js';

const KEY = 'vk-lw-live_1';

let controlPlane: FakeControlPlaneServer;
let gateway: RunningGateway | undefined;

beforeEach(async () => {
  controlPlane = new FakeControlPlaneServer();
  controlPlane.addKey(KEY);
  await controlPlane.listen();
});

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await controlPlane.close();
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<RunningGateway> {
  gateway = await RunningGateway.start(controlPlane, environment);
  return gateway;
}

const BOOTSTRAP = { LW_GATEWAY_BOOTSTRAP_ALL_KEYS: 'true' };

describe('a gateway that loads every key first', () => {
  it('is not started until it has them, says what it waits for, and then asks about none of them', async () => {
    controlPlane.bootstrapDown = true;
    const running = await start(BOOTSTRAP);
    await vi.waitFor(async () =>
      expect(await running.get('/startupz')).toMatchObject({
        status: 503,
        body: { checks: { bootstrap: expect.stringContaining('status 503') as unknown } },
      }),
    );
    expect((await running.get('/readyz')).status).toBe(503);
    controlPlane.bootstrapDown = false;
    await vi.waitFor(async () => expect((await running.get('/startupz')).status).toBe(200), 10_000);
    expect((await running.get('/readyz')).status).toBe(200);
    expect(await running.statusOf(KEY)).toBe(200);
    expect(controlPlane.callsTo('POST /resolve-key')).toBe(0);
  }, 20_000);

  it('hears of a revocation without ever having been asked for the key', async () => {
    const running = await start(BOOTSTRAP);
    await vi.waitFor(async () => expect((await running.get('/startupz')).status).toBe(200), 10_000);
    controlPlane.end(KEY, 'revoked');
    await vi.waitFor(() => expect(controlPlane.cursors).toContain('1'), 5_000);
    expect(await running.statusOf(KEY)).toBe(403);
  }, 20_000);

  it('starts without where the control plane cannot list them', async () => {
    controlPlane.knowsBootstrap = false;
    const running = await start(BOOTSTRAP);
    await vi.waitFor(async () => expect((await running.get('/startupz')).status).toBe(200), 10_000);
    expect(await running.statusOf(KEY)).toBe(200);
  }, 20_000);

  it('does none of that unless it is told to', async () => {
    const running = await start();
    expect((await running.get('/startupz')).status).toBe(200);
    expect(controlPlane.callsTo('GET /bootstrap')).toBe(0);
  });
});

describe('a gateway and its control plane', () => {
  it.each([true, false])(
    'follow changes with the long poll that is set (one feed for all: %s)',
    async (knowsMany) => {
      controlPlane.knowsManyFeeds = knowsMany;
      const running = await start({ LW_GATEWAY_CONTROL_PLANE_LONG_POLL_TIMEOUT_SECONDS: '3' });
      expect(await running.statusOf(KEY)).toBe(200);
      await vi.waitFor(() => expect(controlPlane.holdsSeconds).toContain(3), 10_000);
      const call = knowsMany ? 'POST /changes' : 'GET /changes';
      expect(controlPlane.calls.findLast((each) => each.endsWith('/changes'))).toBe(call);
      controlPlane.end(KEY, 'revoked');
      await vi.waitFor(() => expect(controlPlane.cursors).toContain('1'), 2_000);
      expect(await running.statusOf(KEY)).toBe(403);
    },
    20_000,
  );

  it('tell a client to come back when a key cannot be asked about within the request time-out', async () => {
    controlPlane.neverAnswersKeys = true;
    const running = await start({ LW_GATEWAY_CONTROL_PLANE_REQUEST_TIMEOUT_SECONDS: '1' });
    const startedAtMs = performance.now();
    expect(await running.statusOf(KEY)).toBe(503);
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  }, 20_000);

  it('refuse a revoked key at the refresh interval when the feed is lost, on the very first request after it', async () => {
    controlPlane.feedWorks = false;
    const running = await start({ LW_GATEWAY_AUTH_CACHE_REFRESH_INTERVAL_SECONDS: '1' });
    expect(await running.statusOf(KEY)).toBe(200);
    const key = controlPlane.keys.get(KEY);
    if (key !== undefined) key.status = 'revoked';
    await vi.waitFor(async () => expect(await running.statusOf(KEY)).toBe(403), { timeout: 5_000, interval: 100 });
  }, 20_000);
});
