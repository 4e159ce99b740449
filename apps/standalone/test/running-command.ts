import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SystemClock } from '#kernel';

const MAIN = fileURLToPath(new URL('../../../dist/apps/standalone/src/main.js', import.meta.url));
const OUTPUT_TIMEOUT_MS = 60_000;
const POLL_MS = 20;
const clock = new SystemClock();

/** The start command as a real process, with an environment that holds nothing but what a test gives. */
export class RunningCommand {
  private output = '';
  private readonly child: ChildProcess;
  private readonly startedAtMs = clock.monotonicMs();

  constructor(environment: Readonly<Record<string, string>>, args: readonly string[] = []) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        STANDALONE_CONTROL_PLANE_PORT: '0',
        STANDALONE_GATEWAY_PORT: '0',
        STANDALONE_DEMO_PORT: '0',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** Everything that it has printed. */
  get text(): string {
    return this.output;
  }

  /** Waits until the welcome is printed and answers how long that took. */
  async untilReady(): Promise<number> {
    await until(() => {
      if (this.child.exitCode !== null)
        throw new Error(`the command ended with ${this.child.exitCode}: ${this.output}`);
      return this.output.includes('Ctrl-C stops everything.');
    }, OUTPUT_TIMEOUT_MS);
    return clock.monotonicMs() - this.startedAtMs;
  }

  /** The processes that it has started, at any depth. */
  descendants(): readonly number[] {
    const rows = processes();
    const found: number[] = [];
    for (let parents = [this.child.pid]; parents.length > 0;) {
      const children = rows.filter(({ parentId }) => parents.includes(parentId)).map(({ id }) => id);
      found.push(...children);
      parents = children;
    }
    return found;
  }

  /** Sends a signal to the command alone and answers its exit code, null when the signal itself ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const exited = this.exitCode();
    this.child.kill(signal);
    return exited;
  }

  /** The exit code, once it has ended. */
  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }

  /** Ends it whatever its state, for the clean-up after a test. */
  async dispose(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.end('SIGTERM');
  }
}

/** Waits until `condition` holds; rejects after `timeoutMs`. */
export async function until(condition: () => boolean, timeoutMs: number): Promise<void> {
  const giveUpAtMs = clock.monotonicMs() + timeoutMs;
  while (!condition()) {
    if (clock.monotonicMs() > giveUpAtMs) throw new Error(`not within ${timeoutMs} ms: ${condition.toString()}`);
    await clock.sleep(POLL_MS);
  }
}

/** Those of the processes that still run; one that ended and was not collected by its new parent does not. */
export function alive(ids: readonly number[]): readonly number[] {
  const running = new Set(
    processes()
      .filter(({ state }) => !state.startsWith('Z'))
      .map(({ id }) => id),
  );
  return ids.filter((id) => running.has(id));
}

interface ProcessRow {
  readonly id: number;
  readonly parentId: number;
  readonly state: string;
}

function processes(): readonly ProcessRow[] {
  return existsSync('/proc/self/stat') ? processesOfLinux() : processesOfPs();
}

/** Not by `ps`, which small Linux images lack. */
function processesOfLinux(): readonly ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state = '', parentId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ id: Number(name), parentId: Number(parentId), state }];
      } catch {
        // It ended between the two reads.
        return [];
      }
    });
}

function processesOfPs(): readonly ProcessRow[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([id, parentId, state]) => ({ id: Number(id), parentId: Number(parentId), state: state ?? '' }));
}

/** The request of a curl line, as the arguments of `fetch`. */
export function requestOfCurl(text: string): { url: string; headers: Record<string, string>; body: string } {
  const line = text.split('\n').find((each) => each.trim().startsWith('curl '));
  if (line === undefined) throw new Error(`no curl line in: ${text}`);
  // The shell itself takes the line apart: what it hands to the program is what curl would get.
  const script = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }; ${line}`;
  const printed = execFileSync('/bin/sh', ['-c', script], {
    encoding: 'utf8',
    env: { PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
  });
  const [url = '', ...options] = printed.split('\0').slice(0, -1);
  const headers: Record<string, string> = {};
  let body = '';
  for (let index = 0; index < options.length; index += 2) {
    const value = options[index + 1] ?? '';
    if (options[index] === '-d') body = value;
    const colon = value.indexOf(': ');
    if (options[index] === '-H') headers[value.slice(0, colon)] = value.slice(colon + 2);
  }
  return { url, headers, body };
}
