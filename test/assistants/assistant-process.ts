import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

/** How long an assistant may take for its task: it needs some two seconds on an idle machine. */
const RUN_TIMEOUT_MS = 45_000;

/** A run of an assistant's program. */
export interface AssistantCommand {
  readonly executable: string;
  readonly args: readonly string[];
  /** Its whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** What became of an assistant's run. */
export interface AssistantRun {
  /** Null when a signal ended it, which the time limit does. */
  readonly exitCode: number | null;
  /** The lines that it printed, each a JSON object. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** Everything that it printed, for messages of failures. */
  readonly output: string;
}

const eventSchema = z.record(z.string(), z.unknown());

/**
 * Runs an assistant until it ends, at the latest after {@link RUN_TIMEOUT_MS}; then it and everything that it started is
 * ended too.
 */
export async function runAssistant({ executable, args, environment, folder }: AssistantCommand): Promise<AssistantRun> {
  const child = spawn(executable, args, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, which can be ended whole.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw (await once(child, 'error'))[0];
  const endGroup = (): void => killGroup(pid);
  process.once('exit', endGroup);
  const timeout = setTimeout(endGroup, RUN_TIMEOUT_MS);
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  try {
    const closed = once(child, 'close');
    const [exitCode] = await once(child, 'exit');
    endGroup();
    await closed;
    return { exitCode, events: readEvents(texts.stdout), output: texts.stdout + texts.stderr };
  } finally {
    clearTimeout(timeout);
    process.off('exit', endGroup);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Nobody is left in it.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function readEvents(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => eventSchema.parse(JSON.parse(line)));
}
