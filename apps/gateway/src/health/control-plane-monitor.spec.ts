import { ControlPlaneClient, ControlPlaneUnavailableError, type ControlPlaneAnswer } from '#gateway-protocol';
import { VirtualClock } from '#kernel';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ControlPlaneMonitor } from './control-plane-monitor.js';

class ScriptedClient extends ControlPlaneClient {
  status: number | undefined = 200;

  override request(): Promise<ControlPlaneAnswer> {
    if (this.status !== undefined) return Promise.resolve({ status: this.status, headers: {}, body: '' });
    return Promise.reject(new ControlPlaneUnavailableError({ method: 'GET', path: '/health' }, 'network', undefined));
  }
}

describe('the monitor of the control plane', () => {
  const clock = new VirtualClock();
  const client = new ScriptedClient({ baseUrl: 'http://127.0.0.1:9', secret: 's', nodeId: 'n', version: '0', clock });
  const monitor = new ControlPlaneMonitor(client, clock);
  let errors: unknown[];

  beforeEach(() => {
    errors = [];
    vi.spyOn(Logger.prototype, 'error').mockImplementation((line: unknown) => void errors.push(line));
    Logger.overrideLogger(false);
    monitor.onApplicationBootstrap();
  });

  afterEach(async () => {
    await monitor.onApplicationShutdown();
    await client.close();
    vi.restoreAllMocks();
  });

  it('names a refused secret at once, in its log and on the page, and a silent control plane after a minute', async () => {
    await clock.advance(0);
    expect(monitor.detail).toBe('ok');
    client.status = 401;
    await clock.advance(15_000);
    expect(monitor.detail).toBe('refuses this gateway');
    expect(errors).toMatchObject([{ msg: 'statusprobe_control_plane_secret_refused' }]);
    client.status = 200;
    await clock.advance(15_000);
    expect(monitor.detail).toBe('ok');
    client.status = undefined;
    await clock.advance(60_000);
    expect(monitor.detail).toBe('ok');
    await clock.advance(15_000);
    expect(monitor.detail).toBe('unreachable for 75s');
  });
});
