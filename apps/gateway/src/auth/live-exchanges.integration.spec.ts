import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveExchanges } from './live-exchanges.js';
import { FakeControlPlaneServer } from './testing/fake-control-plane-server.js';
import { RunningGateway } from './testing/running-gateway.js';

const KEY = 'vk-lw-live_cut';
const OTHER = 'vk-lw-live_finish';
const CHUNK = 'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}\n\n';

describe('a key that is ended while it is in use', () => {
  let controlPlane: FakeControlPlaneServer;
  let provider: Server;
  let gateway: RunningGateway;
  /** Calls at the provider that are not answered to the end. */
  let calls: ServerResponse[];
  let cancelled: number;

  beforeEach(async () => {
    calls = [];
    cancelled = 0;
    provider = createServer((request, response) => {
      if (request.method === 'GET') return void response.end('{"data":[]}');
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        if (body.includes('"stream":true')) {
          response.writeHead(200, { 'content-type': 'text/event-stream' }).write(CHUNK);
        }
        calls.push(response);
      });
      response.once('close', () => (cancelled += response.writableFinished ? 0 : 1));
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    controlPlane = new FakeControlPlaneServer();
    await controlPlane.listen();
    const base_url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const providers = [{ id: 'mp_1', type: 'custom', credentials: { api_key: 'sk' }, base_url }];
    controlPlane.addKey(KEY, { providers, on_revoke: 'cut' });
    controlPlane.addKey(OTHER, { providers });
    gateway = await RunningGateway.start(controlPlane);
    // Both keys are warm and the feed has found its place, so that it hears of what comes.
    await gateway.statusOf(KEY);
    await gateway.statusOf(OTHER);
    await vi.waitFor(() => expect(controlPlane.cursors.filter((cursor) => cursor === '0')).not.toHaveLength(0), 5_000);
  });

  afterEach(async () => {
    await gateway.stop();
    await controlPlane.close();
    provider.closeAllConnections();
    await new Promise((resolve) => provider.close(resolve));
  });

  const live = (): number => gateway.app.get(LiveExchanges, { strict: false }).size;

  async function outcomesOf(key: string): Promise<unknown[]> {
    const isOutcome = ({ command, payload }: (typeof controlPlane.spendRecords)[number]): boolean =>
      command !== 'admitSpend' && payload.virtual_key_id === key;
    await vi.waitFor(() => expect(controlPlane.spendRecords.filter(isOutcome)).not.toHaveLength(0), 10_000);
    return controlPlane.spendRecords.filter(isOutcome);
  }

  it.each([
    ['revoked', 'virtual_key_revoked'],
    ['disabled', 'virtual_key_disabled'],
  ] as const)(
    'has its stream cut with an error event and no [DONE] when it is %s',
    async (status, code) => {
      const [cut, finish] = await Promise.all([
        gateway.chat(KEY, { stream: true }),
        gateway.chat(OTHER, { stream: true }),
      ]);
      await vi.waitFor(() => expect(calls).toHaveLength(2));
      expect(live()).toBe(1);
      const startedAtMs = performance.now();
      controlPlane.end(KEY, status);
      controlPlane.end(OTHER, status);
      const text = await cut.text();
      expect(performance.now() - startedAtMs).toBeLessThan(2_000);
      expect(text).toContain(CHUNK);
      expect(text).toMatch(new RegExp(`event: error\ndata: .*"code":"${code}".*\n\n$`));
      expect(text).not.toContain('[DONE]');
      expect(live()).toBe(0);
      // The other key lets its streams run out, and its provider's call goes on.
      await vi.waitFor(() => expect(cancelled).toBe(1));
      for (const call of calls) if (!call.destroyed) call.end('data: [DONE]\n\n');
      expect(await finish.text()).toContain('[DONE]');
      expect(await outcomesOf(KEY)).toMatchObject([
        { command: 'failSpend', payload: { error: { type: code, http_status: 403 } } },
      ]);
    },
    20_000,
  );

  it('has its stream cut although nobody hears of the revocation, at the refresh interval', async () => {
    await gateway.stop();
    controlPlane.feedWorks = false;
    gateway = await RunningGateway.start(controlPlane, { LW_GATEWAY_AUTH_CACHE_REFRESH_INTERVAL_SECONDS: '1' });
    const stream = await gateway.chat(KEY, { stream: true });
    controlPlane.end(KEY, 'revoked');
    expect(await stream.text()).toContain('"code":"virtual_key_revoked"');
  }, 20_000);

  it('has its plain request answered with 403 when nothing of the answer was sent yet', async () => {
    const answering = gateway.chat(KEY);
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    controlPlane.end(KEY, 'revoked');
    const answer = await answering;
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'virtual_key_revoked' } });
    await vi.waitFor(() => expect(cancelled).toBe(1));
    const outcomes = await outcomesOf(KEY);
    expect(outcomes).toMatchObject([{ command: 'failSpend', payload: { error: { type: 'virtual_key_revoked' } } }]);
    // What the provider did for it is not settled as free.
    expect(outcomes).toMatchObject([{ payload: { usage_estimated: true } }]);
    expect(await gateway.statusOf(KEY)).toBe(403);
  }, 20_000);
});
