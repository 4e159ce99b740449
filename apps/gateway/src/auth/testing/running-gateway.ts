import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { register } from 'prom-client';
import { readGatewayConfig } from '../../config/gateway-config.js';
import { createGateway } from '../../create-gateway.js';
import { GatewayVersion } from '../../gateway-version.js';
import { TracingOptions } from '../../telemetry/tracing-options.js';
import { FAKE_JWT_SECRET, type FakeControlPlaneServer } from './fake-control-plane-server.js';

/** The whole gateway in this process, on a port of its own, in front of a fake control plane. */
export class RunningGateway {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    private readonly spoolDir: string,
  ) {}

  /** @param environment Variables on top of what every test needs. */
  static async start(
    controlPlane: FakeControlPlaneServer,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<RunningGateway> {
    // The registry of metrics belongs to the process, and every gateway registers its own.
    register.clear();
    const spoolDir = mkdtempSync(join(tmpdir(), 'gateway-'));
    const config = readGatewayConfig({
      LW_GATEWAY_BASE_URL: controlPlane.url,
      LW_GATEWAY_INTERNAL_SECRET: 'a-secret-for-signatures',
      LW_GATEWAY_JWT_SECRET: FAKE_JWT_SECRET,
      LW_GATEWAY_SPEND_SPOOL_DIR: spoolDir,
      LOG_LEVEL: 'error',
      ...environment,
    });
    const app = await createGateway(config, new GatewayVersion('1.2.3'), new TracingOptions(false));
    await app.listen(0, '127.0.0.1');
    return new RunningGateway(app, await app.getUrl(), spoolDir);
  }

  async get(path: string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    const response = await fetch(this.url + path);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** Sends a chat request of a virtual key. */
  chat(key: string, body: object = {}): Promise<Response> {
    const request = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hi' }], ...body };
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    return fetch(`${this.url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(request) });
  }

  /** Status of a listing of models, which asks no provider of a key that has none: whether the key is let in. */
  async statusOf(key: string): Promise<number> {
    const response = await fetch(`${this.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    await response.arrayBuffer();
    return response.status;
  }

  async stop(): Promise<void> {
    this.app.getHttpServer().closeAllConnections();
    await this.app.close();
    rmSync(this.spoolDir, { recursive: true, force: true });
  }
}
