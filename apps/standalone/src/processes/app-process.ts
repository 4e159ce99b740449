import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { Clock } from '#kernel';
import { StartupError } from '../startup-error.js';
import { exitsWithin, isRunning, signalGroup, untilExit } from './child-exit.js';
import { rotateLog } from './log-file.js';

/** One of our own programs, to be run as a child. */
export interface AppProcessOptions {
  /** As the person at the terminal knows it. */
  readonly name: string;
  /** The compiled entry file. */
  readonly mainFile: string;
  /** Its whole environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** File that its output is appended to. */
  readonly logFile: string;
  readonly clock: Clock;
}

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 40;
const PROBE_TIMEOUT_MS = 2_000;
const STOP_TIMEOUT_MS = 12_000;

/** A running child that ends with us: in order when told to, and by itself when we are killed. */
export class AppProcess {
  private constructor(
    private readonly options: AppProcessOptions,
    private readonly child: ChildProcess,
  ) {}

  /** Starts the program; it is not ready yet. */
  static async spawn(options: AppProcessOptions): Promise<AppProcess> {
    await rotateLog(options.logFile);
    const log = await open(options.logFile, 'a', 0o600);
    try {
      const preload = import.meta.resolve('./exit-with-parent.js');
      const args = ['--enable-source-maps', '--import', preload, options.mainFile];
      const child = spawn(process.execPath, args, {
        env: options.environment,
        stdio: ['ignore', log.fd, log.fd, 'ipc'],
        // A group of its own: Ctrl-C reaches us alone, and we stop the children one after another.
        detached: true,
      });
      return new AppProcess(options, child);
    } finally {
      await log.close();
    }
  }

  /** The name it was given. */
  get name(): string {
    return this.options.name;
  }

  /** Resolves once `probeUrl` answers 200. Rejects when the program ends before, after a minute, or with the signal. */
  async waitUntilReady(probeUrl: string, signal: AbortSignal): Promise<void> {
    const { clock, name, logFile } = this.options;
    const giveUpAtMs = clock.monotonicMs() + READY_TIMEOUT_MS;
    while (!(await answersOk(probeUrl))) {
      if (!isRunning(this.child)) throw new StartupError(`The ${name} stopped while starting: ${logFile} says why.`);
      if (clock.monotonicMs() > giveUpAtMs) {
        throw new StartupError(`The ${name} is not ready after a minute: ${logFile} says why.`);
      }
      await clock.sleep(READY_POLL_MS, signal);
    }
  }

  /** Resolves when the program has ended, for whatever reason. */
  async ended(): Promise<void> {
    await untilExit(this.child);
  }

  /** Asks the program to end, by force after twelve seconds, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    if (await exitsWithin(this.child, STOP_TIMEOUT_MS, this.options.clock)) return;
    signalGroup(this.child, 'SIGKILL');
    await untilExit(this.child);
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
