import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeControlPlaneServer } from '../auth/testing/fake-control-plane-server.js';
import { RunningGateway } from '../auth/testing/running-gateway.js';

describe('the probes', () => {
  const controlPlane = new FakeControlPlaneServer();
  let gateway: RunningGateway | undefined;

  beforeEach(async () => {
    controlPlane.refusesCaller = false;
    await controlPlane.listen();
  });

  afterEach(async () => {
    await gateway?.stop();
    gateway = undefined;
    await controlPlane.close();
  });

  it('are 200 at once when there is nothing to wait for', async () => {
    gateway = await RunningGateway.start(controlPlane);
    expect(await gateway.get('/startupz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await gateway.get('/readyz')).toMatchObject({ status: 200 });
  });

  it('name the host that the network check waits for, and turn 200 when it accepts connections', async () => {
    const host = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const { port } = host.address() as AddressInfo;
    await new Promise((resolve) => host.close(resolve));
    gateway = await RunningGateway.start(controlPlane, { LW_GATEWAY_STARTUP_NETCHECK_HOSTS: `127.0.0.1:${port}` });
    const { get } = gateway;
    const probe = (path: string) => get.call(gateway, path);
    await vi.waitFor(async () =>
      expect(await probe('/startupz')).toMatchObject({
        status: 503,
        body: { checks: { netcheck: `127.0.0.1:${port}: no connection (ECONNREFUSED)` } },
      }),
    );
    expect(await probe('/readyz')).toMatchObject({ status: 503, body: { status: 'degraded' } });
    expect(await probe('/healthz')).toMatchObject({ status: 200 });
    await new Promise<void>((resolve) => host.listen(port, '127.0.0.1', resolve));
    await vi.waitFor(async () => expect((await probe('/startupz')).status).toBe(200), 5_000);
    expect((await probe('/readyz')).status).toBe(200);
    await new Promise((resolve) => host.close(resolve));
  });

  it('tell on the status page that the control plane refuses the shared secret, and call no key invalid for it', async () => {
    controlPlane.refusesCaller = true;
    controlPlane.addKey('vk-lw-live_1');
    gateway = await RunningGateway.start(controlPlane);
    await vi.waitFor(async () =>
      expect(await gateway?.get('/health')).toMatchObject({
        status: 503,
        body: { status: 'degraded', checks: { control_plane: 'refuses this gateway' } },
      }),
    );
    expect(await gateway.statusOf('vk-lw-live_1')).toBe(503);
  });
});
