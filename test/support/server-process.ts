import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The same programs start dozens of times in a run, so what was compiled once is kept. */
const COMPILE_CACHE = path.join(tmpdir(), 'gateway-test-compile-cache');

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** How a process ended. */
export interface ProcessExit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program of ours, to be run as a process of its own. */
export interface ProgramOptions {
  /** Its compiled entry file, relative to `dist`. */
  readonly main: string;
  /** Its whole environment, apart from `PATH`. */
  readonly environment: Readonly<Record<string, string>>;
  /** A compiled module that is loaded before it, relative to `dist`. */
  readonly preload?: string;
}

const running = new Set<ChildProcess>();

// Whatever a test leaves behind, also one that was cut off, ends with this process.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A running program and everything that it prints. The channel to it closes with us, and our programs then end. */
export class ServerProcess {
  private readonly texts = { stdout: '', stderr: '' };
  private outputClosed = false;
  /** Resolves when it has ended and all its output was read. */
  readonly exited: Promise<ProcessExit>;

  private constructor(private readonly child: ChildProcess) {
    running.add(child);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => (this.texts[name] += text));
    }
    const outputRead = once(child, 'close');
    this.exited = once(child, 'exit').then(async () => {
      running.delete(child);
      // Output that nobody reads any more is never read to its end.
      if (!this.outputClosed) await outputRead;
      return { code: child.exitCode, signal: child.signalCode };
    });
  }

  /** Starts a program from `dist`. */
  static spawn({ main, environment, preload }: ProgramOptions): ServerProcess {
    const imports = preload === undefined ? [] : ['--import', path.join(DIST, preload)];
    const child = spawn(process.execPath, ['--enable-source-maps', ...imports, path.join(DIST, main)], {
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new ServerProcess(child);
  }

  get stdout(): string {
    return this.texts.stdout;
  }

  get stderr(): string {
    return this.texts.stderr;
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.texts.stdout + this.texts.stderr;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Sends a signal and returns at once. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Closes our end of the channel to it, as our own end would. */
  disconnect(): void {
    this.child.disconnect();
  }

  /** Closes our end of what it prints to, as a log collector that dies does. */
  closeOutput(): void {
    this.outputClosed = true;
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<ProcessExit> {
    if (!this.hasEnded) this.child.kill(signal);
    return this.exited;
  }
}
