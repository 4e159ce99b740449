import type { Clock } from '#kernel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { findFreePort } from '../../apps/standalone/src/network/ports.js';
import { BenchProcess } from '../load/bench-process.js';
import { appProgram } from './app-program.js';
import { PostgresServer } from './postgres-server.js';
import type { Program } from './program.js';
import { RedisServer } from './redis-server.js';

/** Gateways of a fleet. */
export const GATEWAYS = 3;

/** One gateway of a fleet. */
export interface FleetGateway {
  readonly url: string;
  readonly program: Program;
}

/** All processes of a run. Disposing of it ends each of them and removes their files. */
export interface Fleet extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly controlPlane: Program;
  readonly controlPlaneUrl: string;
  /** Undefined while the gateway has no setting for a Redis. */
  readonly redis: RedisServer | undefined;
  readonly gateways: readonly FleetGateway[];
  /** The fast provider behind the gateways. */
  readonly upstreamUrl: string;
}

/** How a fleet differs from the usual one. */
export interface FleetVariation {
  /** Environment variables of every gateway, on top of those of the run. Default: none. */
  readonly gatewaySettings?: Readonly<Record<string, string>>;
  /** Gateways that are made; they are started too unless `startsGateways` is false. Default {@link GATEWAYS}. */
  readonly gateways?: number;
  /** Default true. */
  readonly startsGateways?: boolean;
}

/** The secrets that the programs of a fleet share. They protect nothing: all of it lives on loopback, for minutes. */
export const FLEET_SECRETS = {
  LW_GATEWAY_INTERNAL_SECRET: 'chaos-internal-secret-0123456789abcdef',
  LW_GATEWAY_JWT_SECRET: 'chaos-jwt-secret-0123456789abcdef01234',
};

/** Secrets of the control plane alone. */
export const CONTROL_PLANE_SECRETS = {
  LW_VIRTUAL_KEY_PEPPER: 'chaos-key-pepper-0123456789abcdef01234',
  CONTROL_PLANE_SEALING_KEYS: `1:${Buffer.alloc(32, 'chaos-sealing').toString('base64')}`,
};

const portSchema = z.object({ port: z.int() });

/** Starts everything that a run needs, and ends what had started when a part fails to. */
export async function startFleet(clock: Clock, variation: FleetVariation = {}): Promise<Fleet> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'gateway-chaos-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = stack.use(await PostgresServer.start(clock));
  await migrate(folder, postgres.url, clock);
  const upstream = stack.use(
    await BenchProcess.start({
      name: 'upstream',
      script: 'bench/load/fast-upstream/main.js',
      core: undefined,
      logFolder: folder,
    }),
  );
  const redis = await RedisServer.startIfUsed(folder, clock);
  if (redis !== undefined) stack.use(redis);
  const { controlPlane, controlPlaneUrl } = await startControlPlane(folder, postgres.url, clock);
  stack.use(controlPlane);
  const gateways: FleetGateway[] = [];
  for (let index = 0; index < (variation.gateways ?? GATEWAYS); index += 1) {
    const settings = { ...FLEET_SECRETS, ...redis?.gatewaySettings, ...variation.gatewaySettings };
    const gateway = await createGateway(folder, index, { LW_GATEWAY_BASE_URL: controlPlaneUrl, ...settings }, clock);
    stack.use(gateway.program);
    if (variation.startsGateways !== false) await gateway.program.start();
    gateways.push(gateway);
  }
  const owned = stack.move();
  return {
    postgres,
    controlPlane,
    controlPlaneUrl,
    redis,
    gateways,
    upstreamUrl: `http://127.0.0.1:${portSchema.parse(upstream.firstMessage).port}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function migrate(folder: string, databaseUrl: string, clock: Clock): Promise<void> {
  const migration = appProgram({ name: 'migrate', folder, clock, environment: { DATABASE_URL: databaseUrl } });
  const code = await migration.run();
  if (code !== 0) throw new Error(`the migration ended with ${code}: ${migration.outputTail}`);
}

async function startControlPlane(
  folder: string,
  databaseUrl: string,
  clock: Clock,
): Promise<Pick<Fleet, 'controlPlane' | 'controlPlaneUrl'>> {
  const address = `127.0.0.1:${await findFreePort()}`;
  const controlPlaneUrl = `http://${address}`;
  const controlPlane = appProgram({
    name: 'control-plane',
    folder,
    clock,
    readyUrl: `${controlPlaneUrl}/readyz`,
    environment: {
      CONTROL_PLANE_ADDR: address,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: 'warn',
      ...FLEET_SECRETS,
      ...CONTROL_PLANE_SECRETS,
    },
  });
  await controlPlane.start();
  return { controlPlane, controlPlaneUrl };
}

async function createGateway(
  folder: string,
  index: number,
  settings: Readonly<Record<string, string>>,
  clock: Clock,
): Promise<FleetGateway> {
  const address = `127.0.0.1:${await findFreePort()}`;
  const url = `http://${address}`;
  const program = appProgram({
    name: `gateway-${index + 1}`,
    folder,
    clock,
    readyUrl: `${url}/startupz`,
    environment: {
      SERVER_ADDR: address,
      SERVER_DRAIN_DELAY_SECONDS: '1',
      SERVER_GRACEFUL_SECONDS: '10',
      LOG_LEVEL: 'warn',
      LW_GATEWAY_SPEND_SPOOL_DIR: join(folder, `spool-${index + 1}`),
      ...settings,
    },
  });
  return { url, program };
}
