import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
// By its path: the runner resolves no `#` names where it loads global set-up.
import { SystemClock } from '../../libs/kernel/src/index.js';
import { EmbeddedPostgres } from '../../apps/standalone/src/postgres/embedded-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection URL of the administrator of an empty, real PostgreSQL that lives as long as the test run. */
    postgresUrl: string;
  }
}

/**
 * Starts one PostgreSQL for the whole run, on a free port, in a temporary folder. The server stops and its data go
 * when the run ends, in whatever way: its keeper sees the pipe to this process close.
 */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gateway-test-postgres-'));
  const server = new EmbeddedPostgres({
    dataDir: path.join(folder, 'data'),
    logFile: path.join(folder, 'postgres.log'),
    password: randomBytes(16).toString('hex'),
    durable: false,
    clock: new SystemClock(),
    removeAfterwards: folder,
  });
  try {
    project.provide('postgresUrl', await server.start());
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
