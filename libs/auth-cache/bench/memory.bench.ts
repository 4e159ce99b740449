/**
 * Question: how much heap does a held key take? Run: `npm run build`, then
 * `npx node --expose-gc dist/libs/auth-cache/bench/memory.bench.js [keys]`.
 */
import { warmCache } from './warm-cache.js';

const DEFAULT_KEYS = 50_000;

const keyCount = Number(process.argv[2] ?? DEFAULT_KEYS);
// The machinery itself, compiled and warm, is not part of the answer.
await warmCache(1_000);
const before = heapBytes();
const { cache, keys } = await warmCache(keyCount);
const keyBytes = keys.length * 64;
const heldBytes = heapBytes() - before - keyBytes;
const perKey = Math.round(heldBytes / cache.stats().entries);
process.stdout.write(
  `${cache.stats().entries} keys, ${(heldBytes / 2 ** 20).toFixed(0)} MiB, ${perKey} bytes per key\n`,
);

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('run node with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
