/**
 * Question: what does resolving a warm key cost, in time and in garbage? Run: `npm run build`, then
 * `npx node --expose-gc dist/libs/auth-cache/bench/resolve.bench.js`.
 */
import { performance } from 'node:perf_hooks';
import { digestKey } from '../src/index.js';
import { warmCache } from './warm-cache.js';

const ROUNDS = 9;
const CALLS_PER_ROUND = 200_000;

const { cache, keys } = await warmCache(10_000);
report('resolve (digest included)', (key) => void cache.resolve(key));
report('digest alone', (key) => void digestKey(key));

function report(name: string, call: (key: string) => void): void {
  run(call);
  const rounds = Array.from({ length: ROUNDS }, () => run(call)).sort((left, right) => left.ns - right.ns);
  const [best, median] = [rounds[0], rounds[Math.floor(ROUNDS / 2)]];
  const text = `median ${median?.ns.toFixed(0)} ns, best ${best?.ns.toFixed(0)} ns, ${median?.bytes.toFixed(0)} bytes`;
  process.stdout.write(`${name}: ${text} per call\n`);
}

function run(call: (key: string) => void): { ns: number; bytes: number } {
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const startedAtMs = performance.now();
  let collected = 0;
  let last = heapBefore;
  for (let index = 0; index < CALLS_PER_ROUND; index += 1) {
    call(keys[index % keys.length] ?? '');
    if (index % 1_000 !== 999) continue;
    // The heap shrinks only when garbage is collected; what it had grown to until then counts.
    const now = process.memoryUsage().heapUsed;
    if (now < last) collected += last - now;
    last = now;
  }
  const elapsedMs = performance.now() - startedAtMs;
  return { ns: (elapsedMs * 1e6) / CALLS_PER_ROUND, bytes: (last + collected - heapBefore) / CALLS_PER_ROUND };
}
