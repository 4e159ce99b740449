import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { findServerPort } from './free-port.js';
import { until } from './until.js';

/** How a {@link RedisServer} is started. */
export interface RedisServerOptions {
  /** Further arguments of the server, such as `--requirepass`. Default: none. */
  readonly args?: readonly string[];
  /** The password that `args` ask for, for our own connection. */
  readonly password?: string;
  /** Starts a sentinel that watches this server under the name `primary`. */
  readonly sentinelOf?: RedisServer;
}

/** A real Redis or Valkey on loopback that keeps nothing on disk and ends with its test. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly program: string,
    readonly port: number,
    private readonly folder: string,
    private readonly options: RedisServerOptions,
  ) {}

  /** Starts a server on a free port; resolves when it answers. Fails where no server program can be had. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const found = inject('redisServer');
    if ('problem' in found) throw new Error(found.problem);
    const folder = await mkdtemp(path.join(tmpdir(), 'gateway-test-redis-'));
    const server = new RedisServer(found.path, await findServerPort(), folder, options);
    await server.restart();
    return server;
  }

  get url(): string {
    const { password } = this.options;
    return `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${this.port}`;
  }

  /** Starts the server again on the same port, empty. It must have been killed. */
  async restart(): Promise<void> {
    const common = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    const { sentinelOf, args = [] } = this.options;
    const child =
      sentinelOf === undefined
        ? spawn(this.program, [...common, '--save', '', '--appendonly', 'no', ...args], { stdio: 'ignore' })
        : spawn(this.program, [await this.sentinelConfig(sentinelOf), '--sentinel', ...common, ...args], {
            stdio: 'ignore',
          });
    this.child = child;
    await until('Redis answers', async () => {
      if (child.exitCode !== null) throw new Error(`Redis ended with code ${child.exitCode} instead of starting`);
      return (await this.call(['PING'])) === 'PONG';
    });
  }

  /** Sends one command on a connection of its own; `undefined` when that fails. */
  async call([name = '', ...args]: readonly string[]): Promise<unknown> {
    const { password } = this.options;
    const client = new Redis({
      port: this.port,
      host: '127.0.0.1',
      ...(password === undefined ? {} : { password }),
      lazyConnect: true,
      retryStrategy: () => null,
      protocol: 2,
      replyMapping: 'legacy',
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.call(name, ...args);
    } catch {
      return undefined;
    } finally {
      client.disconnect();
    }
  }

  /** Stops the process as it is: connections stay, answers do not come. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  /** Lets a frozen process go on. */
  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends the process without a farewell; what it held is gone. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends the process and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async sentinelConfig(primary: RedisServer): Promise<string> {
    const file = path.join(this.folder, 'sentinel.conf');
    await writeFile(file, `sentinel monitor primary 127.0.0.1 ${primary.port} 1\n`);
    return file;
  }
}
