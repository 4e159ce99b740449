import type { Clock } from '#kernel';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../apps/standalone/src/postgres/embedded-postgres.js';

/** A real PostgreSQL of the run's own, which can be frozen as a whole. */
export class PostgresServer implements AsyncDisposable {
  private frozen: readonly number[] = [];

  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly dataDir: string,
    /** Connection URL of its one database. */
    readonly url: string,
  ) {}

  /** Creates it in a temporary folder, which goes with it, and starts it. It never outlives this process. */
  static async start(clock: Clock): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-chaos-postgres-'));
    const dataDir = join(folder, 'data');
    const server = new EmbeddedPostgres({
      dataDir,
      logFile: join(folder, 'postgres.log'),
      password: randomBytes(16).toString('hex'),
      durable: false,
      clock,
      removeAfterwards: folder,
    });
    return new PostgresServer(server, dataDir, await server.start());
  }

  /** Stops the postmaster and each of its processes: a backend has a session of its own, so no group holds them all. */
  freeze(): void {
    const postmaster = Number.parseInt(readFileSync(join(this.dataDir, 'postmaster.pid'), 'utf8'), 10);
    // The postmaster first: it makes no further backends while the present ones are stopped.
    process.kill(postmaster, 'SIGSTOP');
    this.frozen = [...childrenOf(postmaster), postmaster];
    for (const pid of this.frozen) signal(pid, 'SIGSTOP');
  }

  /** Lets everything go on. */
  thaw(): void {
    for (const pid of this.frozen) signal(pid, 'SIGCONT');
    this.frozen = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    await this.server.stop();
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses, which may hold spaces; state and parent follow it.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** A process that is gone by now needs no signal. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
