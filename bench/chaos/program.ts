import type { Clock } from '#kernel';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readProcessUsage } from '../load/process-usage.js';

/** How long a program may take until it is ready, and to end after it was told to. */
const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;
const READY_POLL_MS = 20;
const LOG_TAIL_CHARACTERS = 2000;

/** A program that can be frozen, killed and started again. */
export interface ProgramPlan {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Its whole environment, apart from `PATH`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes its output, over all its lives. */
  readonly logFile: string;
  /** Whether it can be used now. */
  readonly isReady: () => Promise<boolean>;
  /** Whether it ends by itself when its channel to us closes, as our own programs do. */
  readonly endsWithChannel: boolean;
}

const running = new Set<ChildProcess>();

// Whatever way this process ends in, its children end with it; a frozen one too.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One program of a run, over all its lives. */
export class Program implements AsyncDisposable {
  private child: ChildProcess | undefined;
  private isFrozen = false;

  constructor(
    private readonly plan: ProgramPlan,
    private readonly clock: Clock,
  ) {}

  get name(): string {
    return this.plan.name;
  }

  /** Runs it to its end and resolves with its exit code; null when a signal ended it. */
  async run(): Promise<number | null> {
    const child = this.spawn({});
    await once(child, 'exit');
    return child.exitCode;
  }

  /** The end of what it printed. */
  get outputTail(): string {
    return readFileSync(this.plan.logFile, 'utf8').slice(-LOG_TAIL_CHARACTERS);
  }

  /** Starts it and resolves once it is ready, with the milliseconds that this took. `changes` are for this life only. */
  async start(changes: Readonly<Record<string, string>> = {}): Promise<number> {
    const startedAtMs = this.clock.monotonicMs();
    const child = this.spawn(changes);
    for (;;) {
      if (await this.plan.isReady()) return this.clock.monotonicMs() - startedAtMs;
      const waitedMs = this.clock.monotonicMs() - startedAtMs;
      if (child.exitCode !== null || child.signalCode !== null || waitedMs > READY_MS_MAX) throw this.startFailure();
      await this.clock.sleep(READY_POLL_MS);
    }
  }

  /** Processor time of its present life, milliseconds; undefined off Linux. */
  get cpuMs(): number | undefined {
    const { pid } = this.current();
    return pid === undefined ? undefined : readProcessUsage(pid)?.cpuMs;
  }

  /** Stops it in the middle of whatever it does: its sockets stay open and nothing comes out of them. */
  freeze(): void {
    this.current().kill('SIGSTOP');
    this.isFrozen = true;
  }

  /** Lets it go on. */
  thaw(): void {
    this.current().kill('SIGCONT');
    this.isFrozen = false;
  }

  /** Ends it as a crash of the machine would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to end in order, and kills it when it does not. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Ends it if it runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child === undefined) return;
    await this.end(this.isFrozen ? 'SIGKILL' : 'SIGTERM');
  }

  private spawn(changes: Readonly<Record<string, string>>): ChildProcess {
    const { file, args, environment, logFile, endsWithChannel } = this.plan;
    const log = openSync(logFile, 'a');
    const child = spawn(file, args, {
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment, ...changes },
      stdio: endsWithChannel ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    this.isFrozen = false;
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.current();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const overdue = new AbortController();
    const force = this.clock.sleep(STOP_MS_MAX, overdue.signal).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    await exited;
    overdue.abort();
    await force;
  }

  private current(): ChildProcess {
    if (this.child === undefined) throw new Error(`${this.plan.name} was never started`);
    return this.child;
  }

  private startFailure(): Error {
    return new Error(`"${this.plan.name}" did not become ready. Its last output:\n${this.outputTail}`);
  }
}
