import { ServerProcess, type ProcessExit, type ProgramOptions } from './server-process.js';
import { until } from './until.js';

const READY_TIMEOUT_MS = 60_000;
const PROBE_TIMEOUT_MS = 5_000;

/** A server of ours that can be stopped, killed and started again at the same address. */
export class Server {
  private process: ServerProcess | undefined;
  private earlierOutput = '';

  /** @param url Where it listens, without a slash at the end. */
  constructor(
    readonly url: string,
    private readonly program: ProgramOptions,
  ) {}

  /** The environment of every life, unless a start changes it. */
  get environment(): Readonly<Record<string, string>> {
    return this.program.environment;
  }

  /** Everything that it has printed, over all its lives. */
  get output(): string {
    return this.earlierOutput + (this.process?.output ?? '');
  }

  /** Resolves with how the current process ended. */
  get exited(): Promise<ProcessExit> {
    return this.current().exited;
  }

  /** Starts it and resolves once it says that it is ready. `changes` are environment variables of this life only. */
  async start(changes: Readonly<Record<string, string>> = {}): Promise<void> {
    const { program } = this;
    const environment = { ...program.environment, ...changes };
    const process = ServerProcess.spawn({ ...program, environment });
    this.earlierOutput = this.output;
    this.process = process;
    await until(
      `${program.main} is ready`,
      () => {
        if (process.hasEnded) throw new Error(`${program.main} ended while it was starting:\n${process.output}`);
        return answersOk(`${this.url}/readyz`);
      },
      READY_TIMEOUT_MS,
    );
  }

  /** Sends a signal and returns at once. */
  signal(signal: NodeJS.Signals): void {
    this.current().signal(signal);
  }

  /** Asks it to end in order. */
  stop(): Promise<ProcessExit> {
    return this.current().end('SIGTERM');
  }

  /** Ends it as a crash of the machine would. */
  kill(): Promise<ProcessExit> {
    return this.current().end('SIGKILL');
  }

  /** Ends whatever runs; harmless when nothing does. */
  async dispose(): Promise<void> {
    await this.process?.end('SIGKILL');
  }

  private current(): ServerProcess {
    if (this.process === undefined) throw new Error(`${this.program.main} was never started`);
    return this.process;
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
