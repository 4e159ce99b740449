import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import type { Clock } from '#kernel';
import { findFreePort } from '../network/ports.js';
import { exitsWithin, isRunning, signalGroup, untilExit } from '../processes/child-exit.js';
import { StartupError } from '../startup-error.js';
import { type PostgresBinaries, preparePostgresBinaries } from './postgres-binaries.js';
import { ServerAccount } from './server-account.js';
import { SERVER_KEEPER_SCRIPT } from './server-keeper.js';
import { clearStaleLock } from './stale-lock.js';

/** What {@link EmbeddedPostgres} needs to know. */
export interface EmbeddedPostgresOptions {
  /** Folder of the cluster. Created on the first start; its parent must exist. */
  readonly dataDir: string;
  /** File that the server's own log is appended to. */
  readonly logFile: string;
  /** Password of the administrator `postgres`, which connections over loopback must give. */
  readonly password: string;
  /** TCP port on 127.0.0.1. Default: one that is free. */
  readonly port?: number;
  /** False skips fsync: fast, and lost on a machine's crash. For tests. Default: true. */
  readonly durable?: boolean;
  /** A folder to delete once the server is gone, also when our own process is killed. Default: none. */
  readonly removeAfterwards?: string;
  readonly clock: Clock;
}

const START_TIMEOUT_MS = 60_000;
const START_POLL_MS = 25;
const STOP_TIMEOUT_MS = 10_000;
const KILL_TIMEOUT_MS = 3_000;
const CONNECT_TIMEOUT_MS = 2_000;
const LOG_TAIL_CHARACTERS = 4_000;
const CONNECTIONS_MAX = 200;
const ADMINISTRATOR = 'postgres';

/** A real PostgreSQL server from its npm package, on loopback only, that never outlives this process. */
export class EmbeddedPostgres {
  private keeper: ChildProcess | undefined;

  constructor(private readonly options: EmbeddedPostgresOptions) {}

  /**
   * Creates the cluster if there is none, starts the server and resolves with the administrator's connection URL once
   * it answers. Rejects with a {@link StartupError} that quotes the server's own reason.
   */
  async start(): Promise<string> {
    const { dataDir } = this.options;
    const binaries = await preparePostgresBinaries();
    const account = await ServerAccount.choose(dataDir, path.dirname(dataDir), binaries.postgres);
    if (!(await exists(path.join(dataDir, 'PG_VERSION')))) await this.createCluster(binaries, account);
    await clearStaleLock(dataDir, this.options.clock);
    const port = this.options.port ?? (await findFreePort());
    const keeper = await this.spawnServer(binaries, account, port);
    this.keeper = keeper;
    const url = `postgres://${ADMINISTRATOR}:${encodeURIComponent(this.options.password)}@127.0.0.1:${port}/postgres`;
    try {
      await this.waitUntilReady(url, keeper);
    } catch (error) {
      await this.stop();
      throw error;
    }
    return url;
  }

  /** Resolves when the server ends, with whatever reason; never before {@link start} succeeded. */
  async ended(): Promise<void> {
    if (this.keeper !== undefined) await untilExit(this.keeper);
  }

  /** Shuts the server down in order, by force after ten seconds, and resolves when its process is gone. */
  async stop(): Promise<void> {
    const keeper = this.keeper;
    if (keeper === undefined || !isRunning(keeper)) return;
    keeper.stdin?.end();
    if (await exitsWithin(keeper, STOP_TIMEOUT_MS, this.options.clock)) return;
    signalGroup(keeper, 'SIGQUIT');
    if (await exitsWithin(keeper, KILL_TIMEOUT_MS, this.options.clock)) return;
    signalGroup(keeper, 'SIGKILL');
    await untilExit(keeper);
  }

  private async createCluster(binaries: PostgresBinaries, account: ServerAccount): Promise<void> {
    // Made beside its place and moved there whole: an interrupted first start leaves no half cluster behind.
    const draft = `${this.options.dataDir}.new`;
    const passwordFile = `${this.options.dataDir}.password`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, `${this.options.password}\n`, { mode: 0o600 });
    await account.own(draft);
    await account.own(passwordFile);
    try {
      await this.runInitdb(binaries, account, draft, passwordFile);
    } finally {
      await rm(passwordFile, { force: true });
    }
    await rm(this.options.dataDir, { recursive: true, force: true });
    await rename(draft, this.options.dataDir);
  }

  private async runInitdb(
    binaries: PostgresBinaries,
    account: ServerAccount,
    folder: string,
    passwordFile: string,
  ): Promise<void> {
    const { command, args, ids } = account.launch(binaries.initdb, [
      `--pgdata=${folder}`,
      `--username=${ADMINISTRATOR}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      ...(this.options.durable === false ? ['--no-sync'] : []),
    ]);
    const log = await open(this.options.logFile, 'a');
    const child = spawn(command, args, {
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
      ...ids,
    });
    const [code] = await once(child, 'exit').finally(() => log.close());
    if (code !== 0) throw await this.failure('PostgreSQL could not create its data folder');
  }

  private async spawnServer(binaries: PostgresBinaries, account: ServerAccount, port: number): Promise<ChildProcess> {
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: '',
      max_connections: String(CONNECTIONS_MAX),
      ...(this.options.durable === false
        ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB' }
        : {}),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = [binaries.postgres, '-D', this.options.dataDir, ...flags];
    const { command, args, ids } = account.launch('/bin/sh', ['-c', SERVER_KEEPER_SCRIPT, 'keeper', ...server]);
    // Only its owner may delete a folder in a shared temporary folder.
    if (this.options.removeAfterwards !== undefined) await account.own(this.options.removeAfterwards);
    const log = await open(this.options.logFile, 'a');
    try {
      return spawn(command, args, {
        cwd: '/',
        env: serverEnvironment(this.options.removeAfterwards),
        stdio: ['pipe', log.fd, log.fd],
        // A group of its own: Ctrl-C reaches our process alone, which stops the server last.
        detached: true,
        ...ids,
      });
    } finally {
      await log.close();
    }
  }

  private async waitUntilReady(url: string, keeper: ChildProcess): Promise<void> {
    const giveUpAtMs = this.options.clock.monotonicMs() + START_TIMEOUT_MS;
    while (!(await answers(url))) {
      if (!isRunning(keeper)) throw await this.failure('PostgreSQL stopped while starting');
      if (this.options.clock.monotonicMs() > giveUpAtMs) throw await this.failure('PostgreSQL does not answer');
      await this.options.clock.sleep(START_POLL_MS);
    }
  }

  private async failure(what: string): Promise<StartupError> {
    const log = await readFile(this.options.logFile, 'utf8').catch(() => '');
    const reason = log
      .slice(-LOG_TAIL_CHARACTERS)
      .split('\n')
      .findLast((line) => /FATAL|PANIC|error:/.test(line));
    return new StartupError(
      `${what}${reason === undefined ? '' : ` (${reason.trim()})`}: see ${this.options.logFile}.`,
    );
  }
}

/** Nothing of our own environment goes to the server: a stray PGDATA or PGPORT would change what it does. */
function serverEnvironment(removeAfterwards?: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC', KEEPER_REMOVES: removeAfterwards ?? '' };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
