import { SystemClock, SystemRandom } from '#kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RedisServer } from '../../../../test/support/redis-server.js';
import { until } from '../../../../test/support/until.js';
import { KeyCache } from '../key-cache.js';
import { digestKey } from '../key-digest.js';
import { FakeControlPlane } from '../testing/fake-control-plane.js';
import { RecordedEvents } from '../testing/recorded-events.js';
import { RedisKeyStore } from './redis-key-store.js';
import { parseRedisUrl } from './redis-url.js';

const SLOTS = 16_384;
const clock = new SystemClock();

const servers: RedisServer[] = [];
const closers: (() => Promise<void>)[] = [];
let controlPlane: FakeControlPlane;

beforeEach(() => {
  controlPlane = new FakeControlPlane(clock);
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  for (const server of servers.splice(0)) await server.stop();
});

async function start(...args: Parameters<typeof RedisServer.start>): Promise<RedisServer> {
  const server = await RedisServer.start(...args);
  servers.push(server);
  return server;
}

async function boot(url: string): Promise<{ cache: KeyCache; store: RedisKeyStore; events: RecordedEvents }> {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  const events = new RecordedEvents();
  const random = new SystemRandom();
  const secrets = { current: 'the secret of identity tokens' };
  const store = new RedisKeyStore({ target: parsed.target, secrets, clock, random, events }, { startTimeoutMs: 5_000 });
  await store.start();
  const cache = new KeyCache({ source: controlPlane, clock, random, events, shared: store });
  closers.push(async () => {
    await cache.stop();
    store.stop();
  });
  return { cache, store, events };
}

async function share(replica: { cache: KeyCache; store: RedisKeyStore }, key: string): Promise<void> {
  expect(await replica.cache.resolve(key)).toMatchObject({ ok: true });
  await until('the entry is shared', async () => (await lookup(replica.store, key)) === 'found');
}

async function lookup(store: RedisKeyStore, key: string): Promise<string> {
  return (await store.get(digestKey(key), new AbortController().signal)).kind;
}

async function startCluster(): Promise<string> {
  const nodes = await Promise.all(
    [0, 1, 2].map(() => start({ args: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'] })),
  );
  const share = Math.ceil(SLOTS / nodes.length);
  for (const [index, node] of nodes.entries()) {
    const range = [index * share, Math.min(SLOTS, (index + 1) * share) - 1].map(String);
    await node.call(['CLUSTER', 'ADDSLOTSRANGE', ...range]);
    await node.call(['CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1)]);
    for (const other of nodes) {
      if (other !== node) await node.call(['CLUSTER', 'MEET', '127.0.0.1', String(other.port)]);
    }
  }
  for (const node of nodes) {
    await until('the cluster has formed', async () => {
      const info = String(await node.call(['CLUSTER', 'INFO']));
      return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
    });
  }
  return `redis+cluster://${nodes.map((node) => `127.0.0.1:${node.port}`).join(',')}`;
}

describe('a cluster of three nodes', () => {
  it('spreads entries over its nodes, removes them all, and carries changes', async () => {
    const url = await startCluster();
    const [first, second] = [await boot(url), await boot(url)];
    const keys = Array.from({ length: 24 }, (_, index) => `vk-lw-live_${index}`);
    for (const [index, key] of keys.entries()) {
      controlPlane.add(key, { id: `vk_${index}` });
      await share(first, key);
    }
    const sizes = await Promise.all(servers.map((server) => server.call(['DBSIZE'])));
    for (const size of sizes) expect(size).toBeGreaterThan(0);
    controlPlane.mode = 'down';
    for (const key of keys) expect(await second.cache.resolve(key)).toMatchObject({ ok: true });
    let revision = 0;
    await until('the other replica refuses the key', async () => {
      revision += 1;
      const change = { kind: 'VK_REVOKED', revision: String(revision), virtual_key_id: 'vk_3' };
      first.cache.invalidate(change, 'org_1');
      return !(await second.cache.resolve(keys[3] ?? '')).ok;
    });
    expect(await lookup(second.store, keys[3] ?? '')).toBe('absent');
    expect(await lookup(second.store, keys[4] ?? '')).toBe('found');
    for (const { events } of [first, second]) {
      expect(events.shared.filter((event) => event.kind === 'shared_store_failed')).toEqual([]);
    }
  });
});

describe('a primary found through a sentinel', () => {
  it('holds the entries, and is found again after it was restarted', async () => {
    const primary = await start();
    const sentinel = await start({ sentinelOf: primary });
    const url = `redis+sentinel://127.0.0.1:${sentinel.port}/primary`;
    const replica = await boot(url);
    controlPlane.add('vk-lw-live_A');
    await share(replica, 'vk-lw-live_A');
    expect(await primary.call(['DBSIZE'])).toBeGreaterThan(0);
    await primary.kill();
    await until('the loss is noticed', () => replica.events.shared.some((event) => event.kind === 'shared_store_lost'));
    await primary.restart();
    await until('the connection is back', async () => (await lookup(replica.store, 'vk-lw-live_A')) !== 'unavailable');
  });
});
