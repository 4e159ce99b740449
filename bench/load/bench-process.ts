import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';

/** How long a process may take to say that it is ready, and to end after it was told to. */
const START_MS_MAX = 30_000;
const STOP_MS_MAX = 20_000;
const LOG_TAIL_CHARACTERS = 2000;

/** A process to start. */
export interface ProcessPlan {
  readonly name: string;
  /** Its script, below `dist`. */
  readonly script: string;
  /** The core that it is bound to; undefined leaves that to the system. */
  readonly core: number | undefined;
  readonly nodeArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder that takes its output, as `<name>.log`. */
  readonly logFolder: string;
}

/** A child process of the benchmark, which says over IPC when it is ready and is ended by its id. */
export class BenchProcess implements AsyncDisposable {
  private constructor(
    private readonly plan: ProcessPlan,
    private readonly child: ChildProcess,
    private readonly exited: Promise<unknown>,
    /** What it said when it was ready. */
    readonly firstMessage: unknown,
    readonly pid: number,
  ) {}

  /** Starts a process and waits for its first message. */
  static async start(plan: ProcessPlan): Promise<BenchProcess> {
    const logFile = join(plan.logFolder, `${plan.name}.log`);
    const log = openSync(logFile, 'a');
    const script = fileURLToPath(new URL(`../../${plan.script}`, import.meta.url));
    const command = [process.execPath, ...(plan.nodeArguments ?? []), script];
    const [file = '', ...args] = plan.core === undefined ? command : ['taskset', '-c', String(plan.core), ...command];
    // Only what it is given: a developer's own settings must not change what is measured.
    const env = { PATH: process.env['PATH'], NODE_ENV: 'production', ...plan.environment };
    const child = spawn(file, args, { stdio: ['ignore', log, log, 'ipc'], env });
    closeSync(log);
    const exited = once(child, 'exit');
    try {
      const ready = once(child, 'message', { signal: AbortSignal.timeout(START_MS_MAX) });
      const first = await Promise.race([ready, exited.then(() => undefined)]);
      if (first === undefined || child.pid === undefined) throw new Error('it ended before it was ready');
      return new BenchProcess(plan, child, exited, first[0], child.pid);
    } catch (error) {
      child.kill('SIGKILL');
      const tail = readFileSync(logFile, 'utf8').slice(-LOG_TAIL_CHARACTERS);
      throw new Error(`The process "${plan.name}" did not start. Its last output:\n${tail}`, { cause: error });
    }
  }

  /** Sends a message and waits for the answer; one question at a time. */
  async ask<Schema extends z.ZodType>(question: object, schema: Schema): Promise<z.output<Schema>> {
    const answered = once(this.child, 'message');
    this.child.send(question);
    const outcome = await Promise.race([answered, this.exited.then(() => undefined)]);
    if (outcome === undefined) throw new Error(`The process "${this.plan.name}" ended while it was asked.`);
    return schema.parse(outcome[0]);
  }

  /** Asks it to end, and kills it when it does not. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await this.exited;
    clearTimeout(kill);
  }
}
