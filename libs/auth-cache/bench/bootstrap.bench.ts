/**
 * Question: how long does a gateway take to check, decode and take in 50,000 keys, and how much heap do they need? Run:
 * `npm run build`, then `npx node --expose-gc dist/libs/auth-cache/bench/bootstrap.bench.js [keys] [model providers]`.
 *
 * The pages are made beforehand and handed over from memory, so that what is measured is one gateway's own work.
 */
import { performance } from 'node:perf_hooks';
import {
  hashBootstrapBody,
  readBootstrapPage,
  writeBootstrapBody,
  type BootstrapClaims,
  type BootstrapKeyInput,
} from '#gateway-protocol';
import { SystemClock, SystemRandom } from '#kernel';
import {
  Bootstrap,
  BootstrapSource,
  ChangeFeed,
  ChangeSource,
  KeyCache,
  KeySource,
  SilentKeyCacheEvents,
  digestKey,
  type BootstrapAnswer,
  type ChangeAnswer,
} from '../src/index.js';

const DEFAULT_KEYS = 50_000;
const DEFAULT_MODEL_PROVIDERS = 40;
const PAGE_KEYS = 1_000;
const ROUNDS = 3;
/** Kept, so that no round is credited with the heap of the one before. */
const caches: KeyCache[] = [];

const keyCount = Number(process.argv[2] ?? DEFAULT_KEYS);
const providerCount = Number(process.argv[3] ?? DEFAULT_MODEL_PROVIDERS);
const clock = new SystemClock();
const exp = Math.floor(clock.now() / 1000) + 900;
const pages = Array.from({ length: Math.ceil(keyCount / PAGE_KEYS) }, (_, index) => makePage(index));
const bytes = pages.reduce((sum, { body }) => sum + body.length, 0);
process.stdout.write(`${keyCount} keys on ${pages.length} pages, ${(bytes / 2 ** 20).toFixed(0)} MiB\n`);

interface Page {
  readonly body: string;
  readonly claims: BootstrapClaims;
}

class MemorySource extends BootstrapSource {
  override fetchPage(cursor: string | undefined): Promise<BootstrapAnswer> {
    const page = pages[Number(cursor ?? 0)];
    if (page === undefined) return Promise.resolve({ kind: 'not_supported' });
    return Promise.resolve({ kind: 'page', page: readBootstrapPage(page.body, page.claims) });
  }
}

class NoKeySource extends KeySource {
  override resolveKey(): never {
    throw new Error('nothing is resolved');
  }
  override fetchConfig(): never {
    throw new Error('nothing is fetched');
  }
}

class NoChangeSource extends ChangeSource {
  override poll(): Promise<ChangeAnswer> {
    return Promise.resolve({ kind: 'quiet', cursor: undefined });
  }
}

async function measure(): Promise<void> {
  const ports = { clock, random: new SystemRandom(), events: new SilentKeyCacheEvents() };
  const cache = new KeyCache({ source: new NoKeySource(), ...ports }, { maxEntries: keyCount });
  caches.push(cache);
  const feed = new ChangeFeed({ source: new NoChangeSource(), cache, ...ports });
  const bootstrap = new Bootstrap({ source: new MemorySource(), cache, feed, ...ports });
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const cpuBefore = process.cpuUsage();
  const startedAtMs = performance.now();
  const report = await bootstrap.run(() => undefined, new AbortController().signal);
  const wallMs = performance.now() - startedAtMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  globalThis.gc?.();
  const heap = process.memoryUsage().heapUsed - heapBefore;
  const cpuMs = (user + system) / 1000;
  process.stdout.write(
    `${report.end}: ${report.keys} keys in ${wallMs.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms of processor time ` +
      `(${((cpuMs * 1000) / report.keys).toFixed(1)} µs a key), ${Math.round(heap / report.keys)} bytes of heap a key, ` +
      `${cache.stats().entries} held\n`,
  );
}

function makePage(index: number): Page {
  const from = index * PAGE_KEYS;
  const keys = Array.from({ length: Math.min(PAGE_KEYS, keyCount - from) }, (_, offset) => makeKey(from + offset));
  const providers = Array.from({ length: providerCount }, (_, position) => ({
    id: `mp_${position}`,
    type: 'openai',
    credentials: { api_key: `sk-proj-${'x'.repeat(150)}${position}` },
    models: ['gpt-5-mini', 'gpt-5', 'text-embedding-3-small'],
  }));
  const budgets = Array.from({ length: 3 * providerCount }, (_, position) => ({
    id: `budget_${position}`,
    scope: 'project' as const,
    scope_id: `project_${position}`,
    window: 'month' as const,
    limit_micro_usd: 25_000_000,
    spent_micro_usd: 20_750_000,
    on_breach: 'block' as const,
  }));
  const last = from + PAGE_KEYS >= keyCount;
  const head = {
    next_cursor: last ? null : String(index + 1),
    key_count: keys.length,
    revisions: Object.fromEntries(keys.map(({ claims }) => [claims.org_id, '42'])),
    providers,
    budgets,
  };
  const body = writeBootstrapBody(head, keys);
  return { body, claims: { keys_sha256: hashBootstrapBody(body), exp } };
}

function makeKey(number: number): BootstrapKeyInput {
  const position = number % providerCount;
  const id = String(number).padStart(26, '0');
  return {
    digest: digestKey(`vk-lw-live_${id}`),
    claims: { vk_id: id, org_id: `org_${number % 100}`, project_id: `project_${number}`, team_id: `team_${number}` },
    etag: `42.${id}`,
    config: {
      display_prefix: `vk-lw-live_${number}`,
      providers: [position, (position + 1) % providerCount, (position + 2) % providerCount],
      budgets: [position, position + 1, position + 2],
      model_aliases: { fast: 'openai/gpt-5-mini', smart: 'anthropic/claude' },
      rate_limits: { rpm: 60 },
      vk_tags: ['env=prod'],
    },
  };
}

// The clock's waits keep no process alive.
const alive = setInterval(() => undefined, 60_000);
for (let round = 0; round < ROUNDS; round += 1) await measure();
clearInterval(alive);
