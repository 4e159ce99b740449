import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ControlPlaneConfig } from '../config/control-plane-config.js';
import { createControlPlane } from '../create-control-plane.js';
import { type TestDatabase, createTestDatabase } from './database.js';

/** A control plane that really listens, on a database of its own. */
export interface TestControlPlane extends TestDatabase {
  readonly app: NestFastifyApplication;
  readonly config: ControlPlaneConfig;
  /** Where it listens, without a slash at the end. */
  readonly baseUrl: string;
  /** Every log line so far. */
  readonly logLines: readonly string[];
  /** Stops it and drops the database. */
  close(): Promise<void>;
}

/** A configuration that works, for tests. */
export function testConfig(databaseUrl: string, changes: Partial<ControlPlaneConfig> = {}): ControlPlaneConfig {
  return {
    host: '127.0.0.1',
    port: 0,
    databaseUrl,
    databaseConnectionsMax: 10,
    internalSecrets: ['shared-test-secret-32byteslong!!', 'previous-test-secret-32bytes-long'],
    jwtSecret: 'jwt-test-secret-jwt-test-secret!',
    keyPepper: 'pepper-test-pepper-test-pepper-1',
    previousKeyPepper: 'pepper-test-pepper-test-pepper-0',
    sealingKeys: [{ version: 1, key: new Uint8Array(32).fill(7) }],
    explanationsKeptMs: 30 * 86_400_000,
    blockLocalHttpCalls: false,
    requireHttpsCustomEndpoints: false,
    allowedProxyHosts: new Set(),
    plugins: [],
    logLevel: 'debug',
    logFormat: 'json',
    shutdownGraceMs: 5_000,
    ...changes,
  };
}

/** Creates a database on the server of `adminUrl` (`inject('postgresUrl')`), migrates it and starts a control plane. */
export async function startTestControlPlane(
  adminUrl: string,
  changes: Partial<ControlPlaneConfig> = {},
): Promise<TestControlPlane> {
  const testDatabase = await createTestDatabase(adminUrl);
  const config = testConfig(testDatabase.url, changes);
  const logLines: string[] = [];
  const app = await createControlPlane(config, { write: (line) => logLines.push(line) });
  await app.listen({ host: config.host, port: 0 });
  return {
    ...testDatabase,
    app,
    config,
    logLines,
    baseUrl: (await app.getUrl()).replace(/\/$/, ''),
    close: async () => {
      await app.close();
      await testDatabase.drop();
    },
  };
}
