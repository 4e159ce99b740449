/**
 * Question: how long does it take to hand every key to a gateway that starts? Run:
 * `npx tsc -p tsconfig.bench.json && npx node dist/bench/bootstrap/main.js [keys] [keys per page]`.
 *
 * A real PostgreSQL, a real control plane, one connection, pages one after another, compressed. Reading is timed apart.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  ControlPlaneClient,
  createBundle,
  hashBootstrapBody,
  readBootstrapPage,
  splitBootstrapPage,
} from '#gateway-protocol';
import { SystemClock, invariant } from '#kernel';
import { openDatabase } from '../../apps/control-plane/src/database/database.js';
import { prepareDatabase } from '../../apps/control-plane/src/database/prepare-database.js';
import { EmbeddedPostgres } from '../../apps/standalone/src/postgres/embedded-postgres.js';
import { findFreePort } from '../../apps/standalone/src/network/ports.js';
import { readProcessUsage } from '../load/process-usage.js';
import { seedKeys } from './seed-keys.js';

const KEYS_DEFAULT = 50_000;
const PAGE_DEFAULT = 1_000;
const RUNS = 3;
const START_POLL_MS = 100;
const START_POLLS_MAX = 200;
const INTERNAL_SECRET = randomBytes(32).toString('hex');

const clock = new SystemClock();

/** Pages as they came. */
async function fetchAll(client: ControlPlaneClient, limit: number): Promise<string[]> {
  const pages: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const answer = await client.request({
      method: 'GET',
      path: '/bootstrap',
      query: { cursor, limit: String(limit) },
      headers: { 'accept-encoding': 'gzip' },
    });
    invariant(answer.status === 200, `the control plane answered ${answer.status}`);
    pages.push(answer.body);
    cursor = /"next_cursor":"([^"]+)"/.exec(answer.body)?.[1];
  }
  return pages;
}

function readAll(pages: readonly string[]): number {
  let count = 0;
  for (const text of pages) {
    const { body } = splitBootstrapPage(text);
    const page = readBootstrapPage(body, { keys_sha256: hashBootstrapBody(body), exp: 2_000_000_000 });
    for (const { claims, config } of page.entries) {
      createBundle(claims, config);
      count += 1;
    }
  }
  return count;
}

async function untilHealthy(client: ControlPlaneClient): Promise<void> {
  for (let attempt = 0; attempt < START_POLLS_MAX; attempt += 1) {
    const answer = await client.request({ method: 'GET', path: '/health' }).catch(() => undefined);
    if (answer?.status === 200) return;
    await clock.sleep(START_POLL_MS);
  }
  throw new Error('the control plane did not start');
}

const [keyCount = KEYS_DEFAULT, limit = PAGE_DEFAULT] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(path.join(tmpdir(), 'bootstrap-bench-'));
const server = new EmbeddedPostgres({
  dataDir: path.join(folder, 'data'),
  logFile: path.join(folder, 'postgres.log'),
  password: randomBytes(16).toString('hex'),
  durable: false,
  clock,
  removeAfterwards: folder,
});
const url = await server.start();
const secrets = { pepper: randomBytes(32).toString('hex'), sealingKey: randomBytes(32) };
await prepareDatabase(url);
const database = openDatabase({ url });
await seedKeys(database, keyCount, secrets);
await database.destroy();

const address = `127.0.0.1:${await findFreePort()}`;
const controlPlane = spawn(
  process.execPath,
  [path.resolve(import.meta.dirname, '../../apps/control-plane/src/main.js')],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      CONTROL_PLANE_ADDR: address,
      DATABASE_URL: url,
      LW_GATEWAY_INTERNAL_SECRET: INTERNAL_SECRET,
      LW_GATEWAY_JWT_SECRET: randomBytes(32).toString('hex'),
      LW_VIRTUAL_KEY_PEPPER: secrets.pepper,
      CONTROL_PLANE_SEALING_KEYS: `1:${secrets.sealingKey.toString('base64')}`,
      LOG_LEVEL: 'warn',
    },
  },
);
const client = new ControlPlaneClient({
  baseUrl: `http://${address}`,
  secret: INTERNAL_SECRET,
  nodeId: 'bench',
  version: '0',
  clock,
});
try {
  await untilHealthy(client);
  for (let run = 1; run <= RUNS; run += 1) {
    const cpuBefore = readProcessUsage(controlPlane.pid ?? 0)?.cpuMs ?? Number.NaN;
    const startedMs = clock.monotonicMs();
    const pages = await fetchAll(client, limit);
    const fetchedMs = clock.monotonicMs();
    const cpuMs = (readProcessUsage(controlPlane.pid ?? 0)?.cpuMs ?? Number.NaN) - cpuBefore;
    const count = readAll(pages);
    const readMs = clock.monotonicMs() - fetchedMs;
    const bytes = pages.reduce((sum, page) => sum + page.length, 0);
    process.stdout.write(
      `run ${run}: ${count} keys on ${pages.length} pages, ${(bytes / 2 ** 20).toFixed(1)} MiB; ` +
        `served in ${((fetchedMs - startedMs) / 1000).toFixed(2)} s (control plane: ${(cpuMs / 1000).toFixed(2)} s of CPU), ` +
        `read into bundles in ${(readMs / 1000).toFixed(2)} s\n`,
    );
  }
} finally {
  controlPlane.kill('SIGTERM');
  await client.close();
  await server.stop();
}
