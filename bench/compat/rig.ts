import { SystemRandom, type Clock } from '#kernel';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../../apps/standalone/src/network/ports.js';
import { TenantSetup } from '../../apps/standalone/src/first-run/tenant.js';
import { ManagementClient } from '../../test/support/management-client.js';
import { PostgresServer } from '../chaos/postgres-server.js';
import { answersOk } from '../chaos/probe.js';
import { Program } from '../chaos/program.js';
import { startTokenEndpoint } from './token-endpoint.js';

/** The repository: this file runs compiled, and in tests as it is. */
export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

const HERE = import.meta.url;
const PRELOAD = new URL(HERE.endsWith('.ts') ? './loopback-sign-in/main.ts' : './loopback-sign-in/main.js', HERE);

/** They protect nothing: all of it lives on loopback, for a minute. */
const SHARED_SECRETS = {
  LW_GATEWAY_INTERNAL_SECRET: 'compat-internal-secret-0123456789abcdef',
  LW_GATEWAY_JWT_SECRET: 'compat-jwt-secret-0123456789abcdef0123',
};

const CONTROL_PLANE_SECRETS = {
  LW_VIRTUAL_KEY_PEPPER: 'compat-key-pepper-0123456789abcdef0123',
  CONTROL_PLANE_SEALING_KEYS: `1:${Buffer.alloc(32, 'compat-sealing').toString('base64')}`,
};

/** The whole product as real processes, with an administrator's access to it. Disposing of it ends them. */
export interface Rig extends AsyncDisposable {
  readonly gatewayUrl: string;
  readonly management: ManagementClient;
  /** The JSON text of the service account that can sign in. */
  readonly serviceAccount: string;
}

/** Starts PostgreSQL, a control plane and a gateway, each built into `dist` before. */
export async function startRig(clock: Clock): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'gateway-compat-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const program = (name: string, main: string, environment: Record<string, string>, readyUrl = ''): Program =>
    stack.use(createProgram({ name, main, environment, readyUrl, folder, clock }));

  const postgres = stack.use(await PostgresServer.start(clock));
  const tokens = stack.use(await startTokenEndpoint());
  const migration = program('migrate', 'control-plane/src/migrate.js', { DATABASE_URL: postgres.url });
  if ((await migration.run()) !== 0) throw new Error(`the migration failed: ${migration.outputTail}`);

  const [controlPlaneAddress, gatewayAddress] = [
    `127.0.0.1:${await findFreePort()}`,
    `127.0.0.1:${await findFreePort()}`,
  ];
  const [controlPlaneUrl, gatewayUrl] = [`http://${controlPlaneAddress}`, `http://${gatewayAddress}`];
  const controlPlane = program(
    'control-plane',
    'control-plane/src/main.js',
    {
      CONTROL_PLANE_ADDR: controlPlaneAddress,
      DATABASE_URL: postgres.url,
      ...SHARED_SECRETS,
      ...CONTROL_PLANE_SECRETS,
    },
    `${controlPlaneUrl}/readyz`,
  );
  const gateway = program(
    'gateway',
    'gateway/src/main.js',
    {
      SERVER_ADDR: gatewayAddress,
      SERVER_DRAIN_DELAY_SECONDS: '0',
      LW_GATEWAY_BASE_URL: controlPlaneUrl,
      LW_GATEWAY_SPEND_SPOOL_DIR: join(folder, 'spool'),
      // Providers fail here on purpose, which must not close them to the cells after that.
      LW_GATEWAY_CIRCUIT_THRESHOLD: '10000',
      COMPAT_TOKEN_URL: tokens.url,
      ...SHARED_SECRETS,
    },
    `${gatewayUrl}/startupz`,
  );
  await Promise.all([controlPlane.start(), gateway.start()]);
  const management = await createManagement(postgres.url, controlPlaneUrl, clock);
  const owned = stack.move();
  return {
    gatewayUrl,
    management,
    serviceAccount: tokens.serviceAccount,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface ProgramChoice {
  readonly name: string;
  readonly main: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly readyUrl: string;
  readonly folder: string;
  readonly clock: Clock;
}

function createProgram({ name, main, environment, readyUrl, folder, clock }: ProgramChoice): Program {
  const file = join(ROOT, 'dist/apps', main);
  const preload = name === 'gateway' ? ['--import', PRELOAD.href] : [];
  const plan = {
    name,
    file: process.execPath,
    args: ['--enable-source-maps', ...preload, file],
    environment: { LOG_LEVEL: 'warn', ...environment },
    logFile: join(folder, `${name}.log`),
    isReady: () => answersOk(readyUrl),
    endsWithChannel: true,
  };
  return new Program(plan, clock);
}

async function createManagement(databaseUrl: string, controlPlaneUrl: string, clock: Clock): Promise<ManagementClient> {
  const setup = new TenantSetup(databaseUrl, clock, new SystemRandom());
  const { organizationId, projectId } = await setup.createTenant();
  return new ManagementClient(controlPlaneUrl, await setup.mintAdminKey(organizationId), projectId);
}

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder));
}
