import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findServerPort } from '../support/free-port.js';
import { ServerProcess } from '../support/server-process.js';
import { SECRETS } from '../support/stack.js';
import { until } from '../support/until.js';

let spoolDir: string;
let url: string;
let gateway: ServerProcess;

beforeEach(async () => {
  spoolDir = await mkdtemp(path.join(tmpdir(), 'gateway-test-spool-'));
  const address = `127.0.0.1:${await findServerPort()}`;
  url = `http://${address}`;
  gateway = ServerProcess.spawn({
    main: 'apps/gateway/src/main.js',
    environment: {
      SERVER_ADDR: address,
      SERVER_DRAIN_DELAY_SECONDS: '0',
      SERVER_GRACEFUL_SECONDS: '1',
      LW_GATEWAY_BASE_URL: 'http://127.0.0.1:1',
      LW_GATEWAY_INTERNAL_SECRET: SECRETS.internal,
      LW_GATEWAY_JWT_SECRET: SECRETS.jwt,
      LW_GATEWAY_SPEND_SPOOL_DIR: spoolDir,
      LOG_LEVEL: 'debug',
    },
  });
});
afterEach(async () => {
  await gateway.end('SIGKILL');
  await rm(spoolDir, { recursive: true, force: true });
});

const isReady = (): Promise<boolean> =>
  fetch(`${url}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );

describe('a gateway', () => {
  it('ends in order although nobody reads its log any more', async () => {
    await until('it is ready', isReady);
    gateway.closeOutput();

    expect(await gateway.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('ends with the process that started it, and with its log', async () => {
    await until('it is ready', isReady);
    gateway.closeOutput();
    gateway.disconnect();

    expect(await gateway.exited).toEqual({ code: 0, signal: null });
  });

  it('ends with the process that started it, also when that died before it was up', async () => {
    gateway.closeOutput();
    gateway.disconnect();

    expect(await gateway.exited).toEqual({ code: 0, signal: null });
  });
});
