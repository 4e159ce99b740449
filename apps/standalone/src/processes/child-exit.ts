import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '#kernel';

/** Whether a child has not ended yet. */
export function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Resolves when the child has ended, at once when it has already. */
export async function untilExit(child: ChildProcess): Promise<void> {
  if (isRunning(child)) await once(child, 'exit');
}

/** Waits at most `durationMs` for the child to end, and says whether it has. */
export async function exitsWithin(child: ChildProcess, durationMs: number, clock: Clock): Promise<boolean> {
  const cancel = new AbortController();
  const expired = clock.sleep(durationMs, cancel.signal).catch(() => undefined);
  await Promise.race([untilExit(child), expired]).finally(() => cancel.abort());
  return !isRunning(child);
}

/** Sends a signal to a child that leads a process group, and to the whole group. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && isRunning(child)) process.kill(-child.pid, signal);
}
