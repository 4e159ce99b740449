import type { Clock } from '#kernel';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '../../apps/standalone/src/network/ports.js';
import { GATEWAY_VARIABLES } from '../../apps/gateway/src/config/gateway-variables.js';
import { findRedisServer } from './find-redis-server.js';
import { askLine } from './probe.js';
import { Program } from './program.js';

/** The gateway's setting that names its Redis. */
const URL_VARIABLE = 'LW_GATEWAY_REDIS_URL';

/** A real Redis of the run's own, without persistence: what is restarted has forgotten everything. */
export class RedisServer implements AsyncDisposable {
  private constructor(
    readonly program: Program,
    private readonly port: number,
  ) {}

  /** Starts one if the gateway has a setting for it; undefined when it has none. */
  static async startIfUsed(folder: string, clock: Clock): Promise<RedisServer | undefined> {
    const isUsed = Object.values(GATEWAY_VARIABLES).some(({ name }) => name === URL_VARIABLE);
    if (!isUsed) return undefined;
    const port = await findFreePort();
    const dataDir = join(folder, 'redis');
    await mkdir(dataDir);
    const plan = {
      name: 'redis',
      file: await findRedisServer(),
      args: ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no', '--dir', dataDir],
      environment: {},
      logFile: join(folder, 'redis.log'),
      isReady: () => answersPing(port),
      endsWithChannel: false,
    };
    const server = new RedisServer(new Program(plan, clock), port);
    await server.program.start();
    return server;
  }

  /** What a gateway must be told to use it. */
  get gatewaySettings(): Readonly<Record<string, string>> {
    return { [URL_VARIABLE]: `redis://127.0.0.1:${this.port}` };
  }

  /** Empties it. */
  async flush(): Promise<void> {
    const answer = await askLine(this.port, 'FLUSHALL');
    if (!answer.startsWith('+OK')) throw new Error(`FLUSHALL was answered ${answer}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program[Symbol.asyncDispose]();
  }
}

async function answersPing(port: number): Promise<boolean> {
  return askLine(port, 'PING').then(
    (answer) => answer.startsWith('+PONG'),
    () => false,
  );
}
