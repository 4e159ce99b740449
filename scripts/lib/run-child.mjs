import { spawn } from 'node:child_process';
import { areStillParents, parentsUpToNpm } from './parents.mjs';

const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_POLL_MS = 1_000;
const SIGNAL_EXIT_BASE = 128;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs a program in our place: same terminal, signals passed on, and its exit code as the answer. The channel between
 * the two closes when we are killed, which tells the child to stop as well.
 */
export function runChild(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const forward = (signal) => child.kill(signal);
  for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
  const watch = watchNpm(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      for (const forwarded of FORWARDED_SIGNALS) process.off(forwarded, forward);
      resolve(code ?? SIGNAL_EXIT_BASE + (SIGNAL_NUMBERS[signal] ?? 0));
    });
  });
}

/** A killed npm does not take its script down; the script notices that it is an orphan. */
function watchNpm(onGone) {
  const parents = parentsUpToNpm();
  if (parents.length === 0) return undefined;
  const watch = setInterval(() => {
    if (areStillParents(parents)) return;
    clearInterval(watch);
    onGone();
  }, PARENT_POLL_MS);
  return watch.unref();
}
