import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '#kernel';
import { StartupError } from '../startup-error.js';

const LOCK_WAIT_MS = 5_000;
const LOCK_POLL_MS = 50;
const run = promisify(execFile);

/**
 * Clears the lock that a killed PostgreSQL left in `dataDir`. Waits up to five seconds for one that is still going down.
 *
 * The server itself takes any living process with the recorded id for its twin, and after a container's restart that
 * is often somebody else. So the process is looked at before the lock is believed.
 */
export async function clearStaleLock(dataDir: string, clock: Clock): Promise<void> {
  const lockFile = path.join(dataDir, 'postmaster.pid');
  const giveUpAtMs = clock.monotonicMs() + LOCK_WAIT_MS;
  for (;;) {
    const pid = await readLockedPid(lockFile);
    if (pid === undefined) return;
    if (!(await isServerOf(dataDir, pid))) {
      await rm(lockFile, { force: true });
      return;
    }
    if (clock.monotonicMs() > giveUpAtMs) {
      throw new StartupError(
        `Another PostgreSQL (process ${pid}) already uses ${dataDir}: stop the start that is running there first.`,
      );
    }
    await clock.sleep(LOCK_POLL_MS);
  }
}

async function readLockedPid(lockFile: string): Promise<number | undefined> {
  const text = await readFile(lockFile, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

async function isServerOf(dataDir: string, pid: number): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    // macOS has no /proc.
    const answer = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    return answer.stdout;
  });
  return commandLine.includes('postgres') && commandLine.includes(dataDir);
}
