import type { Clock } from '#kernel';
import { StartupError } from '../startup-error.js';
import { findFreePort, isPortFree } from './ports.js';

const WAIT_MS = 3_000;
const POLL_MS = 100;

/**
 * Answers `port` once it is free, and some free port for 0. Waits up to three seconds, in which a start that was killed
 * a moment ago goes down, and rejects with a {@link StartupError} that names `variable` after that.
 */
export async function claimPort(port: number, variable: string, clock: Clock): Promise<number> {
  if (port === 0) return findFreePort();
  const giveUpAtMs = clock.monotonicMs() + WAIT_MS;
  while (!(await isPortFree(port))) {
    if (clock.monotonicMs() > giveUpAtMs) {
      throw new StartupError(
        `Port ${port} is taken by another program: stop that one, or choose another port with \`${variable}=${port + 10} npm start\`.`,
      );
    }
    await clock.sleep(POLL_MS);
  }
  return port;
}
