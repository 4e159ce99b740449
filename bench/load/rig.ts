import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { BenchProcess, type ProcessPlan } from './bench-process.js';
import type { Cores } from './cores.js';

/** A proxy under test. */
export interface Proxy {
  readonly name: 'bare' | 'gateway';
  readonly process: BenchProcess;
  readonly url: string;
}

/** All processes of a run. Disposing of it ends each of them and removes their files. */
export interface Rig extends AsyncDisposable {
  readonly bare: Proxy;
  readonly gateway: Proxy;
  readonly load: BenchProcess;
  readonly controlPlane: BenchProcess;
  /** Headers with which a client calls either proxy. */
  readonly authorization: string;
  /** Folder for logs, the spool and profiles; gone after the run. */
  readonly folder: string;
}

const INTERNAL_SECRET = 'bench-internal-secret-0123456789abcdef';
const JWT_SECRET = 'bench-jwt-secret-0123456789abcdef01234';
const VIRTUAL_KEY = 'vk-lw-live_01JBENCH000000000000000000';

const portSchema = z.object({ port: z.int() });

/** How the proxies of this run differ from the usual ones. */
export interface RigVariation {
  /** Environment variables of the gateway, on top of those of the benchmark. */
  readonly gatewaySettings: Readonly<Record<string, string>>;
  /** Arguments of Node for a proxy, such as those of the profiler; they may name the rig's folder. Default: none. */
  readonly nodeArguments?: (proxy: Proxy['name'], folder: string) => readonly string[];
}

/** Starts everything: the proxies on one core; provider, control plane and load on the other. */
export async function startRig(cores: Cores | undefined, variation: RigVariation): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const start = async (plan: Omit<ProcessPlan, 'logFolder'>): Promise<BenchProcess> =>
    stack.use(await BenchProcess.start({ ...plan, logFolder: folder }));
  const nodeArguments = (proxy: Proxy['name']): readonly string[] => variation.nodeArguments?.(proxy, folder) ?? [];

  const upstream = await start({ name: 'upstream', script: 'bench/load/fast-upstream/main.js', core: cores?.rest });
  const upstreamUrl = urlOf(upstream);
  const controlPlane = await start({
    name: 'control-plane',
    script: 'bench/load/control-plane-double/main.js',
    core: cores?.rest,
    environment: { INTERNAL_SECRET, JWT_SECRET, VIRTUAL_KEY, UPSTREAM_URL: upstreamUrl },
  });
  const bare = await start({
    name: 'bare',
    script: 'bench/load/bare-proxy/main.js',
    core: cores?.proxy,
    nodeArguments: nodeArguments('bare'),
    environment: { UPSTREAM_URL: upstreamUrl },
  });
  const gatewayPort = await findFreePort();
  const gateway = await start({
    name: 'gateway',
    script: 'apps/gateway/src/main.js',
    core: cores?.proxy,
    nodeArguments: nodeArguments('gateway'),
    environment: {
      SERVER_ADDR: `127.0.0.1:${gatewayPort}`,
      SERVER_DRAIN_DELAY_SECONDS: '0',
      SERVER_GRACEFUL_SECONDS: '10',
      LOG_LEVEL: 'info',
      LW_GATEWAY_BASE_URL: urlOf(controlPlane),
      LW_GATEWAY_INTERNAL_SECRET: INTERNAL_SECRET,
      LW_GATEWAY_JWT_SECRET: JWT_SECRET,
      LW_GATEWAY_SPEND_SPOOL_DIR: join(folder, 'spool'),
      ...variation.gatewaySettings,
    },
  });
  const load = await start({ name: 'load', script: 'bench/load/load-generator/main.js', core: cores?.rest });

  const owned = stack.move();
  return {
    bare: { name: 'bare', process: bare, url: urlOf(bare) },
    gateway: { name: 'gateway', process: gateway, url: `http://127.0.0.1:${gatewayPort}` },
    load,
    controlPlane,
    authorization: `Bearer ${VIRTUAL_KEY}`,
    folder,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function urlOf(child: BenchProcess): string {
  return `http://127.0.0.1:${portSchema.parse(child.firstMessage).port}`;
}

/** The gateway takes its port from its settings, so one must be found first. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
