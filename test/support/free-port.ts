import { randomInt } from 'node:crypto';
import { isPortFree } from '../../apps/standalone/src/network/ports.js';

/** Below the range from which systems take the ports of outgoing connections, so that none of those takes ours. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const ATTEMPTS_MAX = 200;

/** A loopback port that is free, and that stays free for a server which is stopped and started again. */
export async function findServerPort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (await isPortFree(port)) return port;
  }
  throw new Error('this machine has no free port');
}
