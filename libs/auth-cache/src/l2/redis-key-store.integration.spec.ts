import { SystemClock, SystemRandom } from '#kernel';
import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisServer } from '../../../../test/support/redis-server.js';
import { elapsedMs, until } from '../../../../test/support/until.js';
import type { BundleSecrets } from '../bundle-verifier.js';
import { KeyCache } from '../key-cache.js';
import { digestKey } from '../key-digest.js';
import { FakeControlPlane } from '../testing/fake-control-plane.js';
import { RecordedEvents } from '../testing/recorded-events.js';
import { RedisKeyStore, type RedisKeyStoreOptions } from './redis-key-store.js';
import { parseRedisUrl } from './redis-url.js';
import { SharedSeal } from './shared-seal.js';
import { SlowLink } from './testing/slow-link.js';

const KEY = 'vk-lw-live_A';
const BOUND_MS = 50;
/** What a busy machine may add to a bound of 50 ms, and still far from a wait that clients would notice. */
const NOISE_MS = 250;
const SECRETS = { current: 'the secret of identity tokens' };

const clock = new SystemClock();
const random = new SystemRandom();

interface Replica {
  readonly cache: KeyCache;
  readonly store: RedisKeyStore;
  readonly events: RecordedEvents;
}

const replicas: Replica[] = [];
const servers: RedisServer[] = [];
let controlPlane: FakeControlPlane;
let redis: RedisServer;

beforeAll(async () => {
  redis = await RedisServer.start();
});

afterAll(() => redis.stop());

beforeEach(async () => {
  controlPlane = new FakeControlPlane(clock);
  controlPlane.add(KEY);
  await redis.call(['FLUSHALL']);
});

afterEach(async () => {
  for (const { cache, store } of replicas.splice(0)) {
    await cache.stop();
    store.stop();
  }
  for (const server of servers.splice(0)) await server.stop();
});

/** A server of one test's own, which may be killed or frozen. */
async function startServer(...args: Parameters<typeof RedisServer.start>): Promise<RedisServer> {
  const server = await RedisServer.start(...args);
  servers.push(server);
  return server;
}

interface BootOptions {
  readonly url?: string;
  readonly secrets?: BundleSecrets;
  readonly store?: Partial<RedisKeyStoreOptions>;
}

async function boot({ url = redis.url, secrets = SECRETS, store: options = {} }: BootOptions = {}): Promise<Replica> {
  const parsed = parseRedisUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  const events = new RecordedEvents();
  const store = new RedisKeyStore({ target: parsed.target, secrets, clock, random, events }, options);
  await store.start();
  const cache = new KeyCache({ source: controlPlane, clock, random, events, shared: store });
  const replica = { cache, store, events };
  replicas.push(replica);
  return replica;
}

/** Loads a key and waits until it is shared. */
async function share(replica: Replica, key = KEY): Promise<void> {
  expect(await replica.cache.resolve(key)).toMatchObject({ ok: true });
  await until('the entry is shared', async () => (await lookup(replica, key)) === 'found');
}

async function lookup(replica: Replica, key = KEY): Promise<string> {
  return (await replica.store.get(digestKey(key), new AbortController().signal)).kind;
}

async function dump(server = redis): Promise<string> {
  const keys = await server.call(['KEYS', '*']);
  const texts = Array.isArray(keys) ? keys.map(String) : [];
  const values = await Promise.all(texts.map((key) => server.call(['DUMP', key])));
  return JSON.stringify([texts, values]);
}

async function entryKeys(server = redis): Promise<string[]> {
  const keys = await server.call(['KEYS', 'lw:gw:v1:*:e:*']);
  return Array.isArray(keys) ? keys.map(String) : [];
}

describe('keys that replicas share', () => {
  it('are served by a replica that has just started, without the control plane', async () => {
    await share(await boot());
    controlPlane.mode = 'down';
    const answer = await (await boot()).cache.resolve(KEY);
    expect(answer).toMatchObject({ ok: true, bundle: { modelProviders: [{ credentials: { api_key: 'sk' } }] } });
  });

  it('show no credential, digest or identifier to who reads Redis', async () => {
    controlPlane.add('vk-lw-live_B', {
      id: 'vk_telltale',
      organizationId: 'org_telltale',
      modelProviderIds: ['mp_telltale'],
    });
    const replica = await boot();
    await share(replica, 'vk-lw-live_B');
    replica.cache.invalidate({ kind: 'VK_REVOKED', revision: '1', virtual_key_id: 'vk_telltale' }, 'org_telltale');
    await until('the tombstone is there', async () => (await lookup(replica, 'vk-lw-live_B')) === 'absent');
    await share(replica);
    const stored = await dump();
    expect(stored).toContain('lw:gw:v1:');
    for (const secret of ['telltale', 'api_key', 'vk_1', digestKey(KEY), KEY]) expect(stored).not.toContain(secret);
  });

  it('leave Redis when nobody may be served from them any more', async () => {
    controlPlane.add('vk-lw-live_B', { id: 'vk_B', expiresAtSeconds: Math.ceil(clock.now() / 1000) + 3 });
    const replica = await boot();
    expect(await replica.cache.resolve('vk-lw-live_B')).toMatchObject({ ok: true });
    await until('the entry is there', async () => (await entryKeys()).length === 1);
    await until('the entry is gone', async () => (await entryKeys()).length === 0);
    for (const key of await entryKeys()) expect(await redis.call(['PTTL', key])).toBeGreaterThan(0);
  });
});

describe('what does not open', () => {
  it('a value that was sealed under a secret that we do not know is as good as absent', async () => {
    await share(await boot({ secrets: { current: 'the secret of somebody else' } }));
    const replica = await boot();
    await share(replica);
    // Names depend on the secret as well, so the two never meet.
    expect((await entryKeys()).length).toBe(2);
    const [left = '', right = ''] = await entryKeys();
    const [leftValue, rightValue] = [await redis.call(['HGET', left, 'v']), await redis.call(['HGET', right, 'v'])];
    await redis.call(['HSET', left, 'v', String(rightValue)]);
    await redis.call(['HSET', right, 'v', String(leftValue)]);
    const fresh = await boot();
    expect(await lookup(fresh)).toBe('absent');
    expect(fresh.events.shared).toContainEqual({ kind: 'shared_entry_rejected', reason: 'unopened' });
    expect(await fresh.cache.resolve(KEY)).toMatchObject({ ok: true });
  });

  it.each([
    ['no seal at all', 'garbage'],
    ['five empty parts', '....'],
    ['more than may be opened', 'x'.repeat(1_048_577)],
  ])('garbage is rejected: %s', async (_name, garbage) => {
    const replica = await boot();
    await share(replica);
    const [key = ''] = await entryKeys();
    await redis.call(['HSET', key, 'v', garbage]);
    const fresh = await boot();
    const calls = controlPlane.calls;
    expect(await fresh.cache.resolve(KEY)).toMatchObject({ ok: true });
    expect(controlPlane.calls).toBe(calls + 2);
    expect(fresh.events.shared).toContainEqual({ kind: 'shared_entry_rejected', reason: 'unopened' });
  });

  it('a value of another type is passed over and replaced', async () => {
    const replica = await boot();
    await share(replica);
    const [key = ''] = await entryKeys();
    await redis.call(['SET', key, 'a text']);
    const fresh = await boot();
    await share(fresh);
    expect(fresh.events.shared.filter((event) => event.kind === 'shared_store_failed')).toEqual([]);
  });

  it('the entry of one key does not open under the name of another', async () => {
    controlPlane.add('vk-lw-live_B', { id: 'vk_B' });
    const replica = await boot();
    await share(replica);
    const [first = ''] = await entryKeys();
    await share(replica, 'vk-lw-live_B');
    const second = (await entryKeys()).find((key) => key !== first) ?? '';
    await redis.call(['HSET', second, 'v', String(await redis.call(['HGET', first, 'v']))]);
    const fresh = await boot();
    expect(await lookup(fresh, 'vk-lw-live_B')).toBe('absent');
    expect(fresh.events.shared).toEqual(
      expect.arrayContaining([{ kind: 'shared_entry_rejected', reason: 'other_key' }]),
    );
  });

  it('an entry of ours whose content is not as promised is rejected', async () => {
    const replica = await boot();
    await share(replica);
    const [key = ''] = await entryKeys();
    await redis.call(['HSET', key, 'v', await new SharedSeal(SECRETS).seal('entry', { digest: digestKey(KEY) })]);
    const fresh = await boot();
    expect(await lookup(fresh)).toBe('absent');
    expect(fresh.events.shared).toContainEqual({ kind: 'shared_entry_rejected', reason: 'malformed' });
  });

  it('a message of ours that was held back, or says nothing, revokes nothing', async () => {
    const replica = await boot();
    await share(replica);
    const seal = new SharedSeal(SECRETS);
    const change = { kind: 'VK_REVOKED', revision: '1', virtual_key_id: 'vk_1' };
    const played = { change, organizationId: 'org_1', atMs: clock.now() - 61_000 };
    for (const [message, reason] of [
      [played, 'outdated'],
      [{}, 'malformed'],
    ] as const) {
      await until('it was rejected', async () => {
        await redis.call(['PUBLISH', 'lw:gw:v1:changes', await seal.seal('change', message)]);
        return replica.events.shared.some(
          (event) => event.kind === 'shared_change_rejected' && event.reason === reason,
        );
      });
    }
    controlPlane.mode = 'down';
    expect(replica.cache.resolve(KEY)).toMatchObject({ ok: true });
  });

  it('a message that is not ours revokes nothing', async () => {
    const replica = await boot();
    await share(replica);
    const forged = JSON.stringify({
      change: { kind: 'VK_REVOKED', revision: '1', virtual_key_id: 'vk_1' },
      organizationId: 'org_1',
    });
    await until('it was rejected', async () => {
      await redis.call(['PUBLISH', 'lw:gw:v1:changes', forged]);
      return replica.events.shared.some(
        (event) => event.kind === 'shared_change_rejected' && event.reason === 'unopened',
      );
    });
    controlPlane.mode = 'down';
    expect(replica.cache.resolve(KEY)).toMatchObject({ ok: true });
  });
});

describe('while the secret is rotated', () => {
  const next = { current: 'the next secret', previous: SECRETS.current };

  it('entries of the previous secret are read, and those of the current one are written', async () => {
    await share(await boot());
    controlPlane.mode = 'down';
    const rotated = await boot({ secrets: next });
    expect(await rotated.cache.resolve(KEY)).toMatchObject({ ok: true });
    controlPlane.mode = 'up';
    controlPlane.add('vk-lw-live_B', { id: 'vk_B' });
    await share(rotated, 'vk-lw-live_B');
    expect(await lookup(await boot({ secrets: { current: next.current } }), 'vk-lw-live_B')).toBe('found');
  });

  it('a revocation that a replica with the old secret tells holds for entries of the new one, and the other way', async () => {
    const old = await boot();
    const rotated = await boot({ secrets: next });
    await share(rotated);
    await old.store.remove('vk_1', { untilMs: clock.now(), ttlMs: 60_000 });
    expect(await lookup(rotated)).toBe('absent');
    controlPlane.add('vk-lw-live_B', { id: 'vk_B' });
    await share(old, 'vk-lw-live_B');
    await rotated.store.remove('vk_B', { untilMs: clock.now(), ttlMs: 60_000 });
    expect(await lookup(old, 'vk-lw-live_B')).toBe('absent');
    expect(await lookup(rotated, 'vk-lw-live_B')).toBe('absent');
  });
});

describe('a revocation', () => {
  it('that one replica hears is applied by the others, whose control plane is gone', async () => {
    const [first, second] = [await boot(), await boot()];
    await share(first);
    await second.cache.resolve(KEY);
    controlPlane.mode = 'down';
    // The channel is open only some time after the connection is.
    let revision = 0;
    await until('the other replica refuses the key', async () => {
      revision += 1;
      const change = { kind: 'VK_REVOKED', revision: String(revision), virtual_key_id: 'vk_1' };
      first.cache.invalidate(change, 'org_1');
      const answer = await second.cache.resolve(KEY);
      return !answer.ok;
    });
    expect(await (await boot()).cache.resolve(KEY)).toMatchObject({ reason: 'auth_upstream_unavailable' });
  });

  it('takes every entry of the key out of Redis and keeps older loads out, but not younger ones', async () => {
    const replica = await boot();
    await share(replica);
    const answer = await replica.store.get(digestKey(KEY), new AbortController().signal);
    if (answer.kind !== 'found') throw new Error('the entry was not shared');
    const untilMs = clock.now();
    expect(await replica.store.remove('vk_1', { untilMs, ttlMs: 60_000 })).toBe('done');
    expect(await entryKeys()).toEqual([]);
    const { entry } = answer;
    expect(await replica.store.put(digestKey(KEY), { ...entry, resolvedAtMs: untilMs }, 60_000)).toBe('overtaken');
    const younger = { ...entry, resolvedAtMs: untilMs + 1, checkedAtMs: untilMs + 1 };
    expect(await replica.store.put(digestKey(KEY), younger, 60_000)).toBe('done');
    expect(await lookup(replica)).toBe('found');
    // A tombstone never moves back.
    await replica.store.remove('vk_1', { untilMs: untilMs - 1_000, ttlMs: 60_000 });
    expect(await replica.store.put(digestKey(KEY), { ...entry, resolvedAtMs: untilMs }, 60_000)).toBe('overtaken');
  });

  it('an older load never replaces a younger one', async () => {
    const replica = await boot();
    await share(replica);
    const answer = await replica.store.get(digestKey(KEY), new AbortController().signal);
    if (answer.kind !== 'found') throw new Error('the entry was not shared');
    const older = { ...answer.entry, checkedAtMs: answer.entry.checkedAtMs - 1 };
    expect(await replica.store.put(digestKey(KEY), older, 60_000)).toBe('overtaken');
  });

  it('an edit lets entries be used only as a fallback', async () => {
    const replica = await boot();
    await share(replica);
    await replica.store.markChanged({ organizationId: 'org_1' }, { untilMs: clock.now(), ttlMs: 60_000 });
    expect(await replica.store.get(digestKey(KEY), new AbortController().signal)).toMatchObject({
      kind: 'found',
      overtaken: true,
    });
  });
});

describe('Redis in trouble', () => {
  it('flushed: keys come from the control plane and are shared again', async () => {
    const replica = await boot();
    await share(replica);
    await redis.call(['FLUSHALL']);
    await redis.call(['SCRIPT', 'FLUSH']);
    await share(await boot());
  });

  it('killed: requests do not wait; restarted: keys are shared again', async () => {
    const server = await startServer();
    const replica = await boot({ url: server.url });
    await share(replica);
    await server.kill();
    await until('the loss is noticed', () => replica.events.shared.some((event) => event.kind === 'shared_store_lost'));
    controlPlane.add('vk-lw-live_B', { id: 'vk_B' });
    const waitedMs = await elapsedMs(async () => {
      expect(await replica.cache.resolve('vk-lw-live_B')).toMatchObject({ ok: true });
    });
    expect(waitedMs).toBeLessThan(BOUND_MS + NOISE_MS);
    await server.restart();
    controlPlane.add('vk-lw-live_C', { id: 'vk_C' });
    await until('the connection is back', async () => (await lookup(replica)) !== 'unavailable');
    await share(replica, 'vk-lw-live_C');
  });

  it('frozen: a few requests wait for the bound, the next ones not at all, and it recovers', async () => {
    const server = await startServer();
    const replica = await boot({ url: server.url, store: { breakerThreshold: 3, breakerCooldownMs: 1_000 } });
    await share(replica);
    server.freeze();
    const waits: number[] = [];
    for (let index = 0; index < 12; index += 1) {
      controlPlane.add(`vk-lw-live_F${index}`, { id: `vk_F${index}` });
      waits.push(
        await elapsedMs(async () => {
          expect(await replica.cache.resolve(`vk-lw-live_F${index}`)).toMatchObject({ ok: true });
        }),
      );
    }
    for (const waitMs of waits) expect(waitMs).toBeLessThan(BOUND_MS + NOISE_MS);
    const failures = replica.events.shared.filter((event) => event.kind === 'shared_store_failed');
    expect(failures.length).toBeGreaterThanOrEqual(3);
    // Writes behind the requests count too, so that three requests at most have waited; the median waits for nothing.
    expect([...waits].sort((left, right) => left - right)[6]).toBeLessThan(BOUND_MS);
    expect(replica.events.shared).toContainEqual({ kind: 'shared_store_breaker', from: 'closed', to: 'open' });
    server.thaw();
    await until('Redis is asked again', async () => (await lookup(replica)) === 'found');
    expect(replica.events.shared.at(-1)).toMatchObject({ kind: 'shared_store_breaker', to: 'closed' });
  });

  it('frozen for long: the connection is given up, and a new one is found when it goes on', async () => {
    const server = await startServer();
    const replica = await boot({ url: server.url });
    server.freeze();
    expect(await lookup(replica)).toBe('unavailable');
    await until('it is given up', () => replica.events.shared.some((event) => event.kind === 'shared_store_lost'));
    const waitedMs = await elapsedMs(() => lookup(replica));
    expect(waitedMs).toBeLessThan(BOUND_MS);
    server.thaw();
    await until('Redis is asked again', async () => (await lookup(replica)) === 'absent');
  });

  it('slow: an answer past the bound counts as none, and it is asked again later', async () => {
    const link = await SlowLink.to(redis.port);
    try {
      const replica = await boot({ url: `redis://127.0.0.1:${link.port}`, store: { breakerCooldownMs: 200 } });
      await share(replica);
      link.delayMs = 4 * BOUND_MS;
      const waitedMs = await elapsedMs(async () => expect(await lookup(replica)).toBe('unavailable'));
      expect(waitedMs).toBeGreaterThanOrEqual(BOUND_MS - 5);
      expect(waitedMs).toBeLessThan(BOUND_MS + NOISE_MS);
      link.delayMs = 0;
      await until('Redis is asked again', async () => (await lookup(replica)) === 'found');
    } finally {
      await link.close();
    }
  });

  it('gone from the start: the gateway starts all the same, and finds it when it comes', async () => {
    const server = await startServer();
    await share(await boot({ url: server.url }));
    await server.kill();
    const replica = await boot({ url: server.url });
    expect(await replica.cache.resolve(KEY)).toMatchObject({ ok: true });
    await server.restart();
    controlPlane.add('vk-lw-live_B', { id: 'vk_B' });
    await until('the connection is there', async () => (await lookup(replica)) !== 'unavailable');
    await share(replica, 'vk-lw-live_B');
  });

  it('a wrong password is told and costs requests nothing', async () => {
    const server = await startServer({ args: ['--requirepass', 'right'], password: 'right' });
    const replica = await boot({ url: `redis://:hunter2@127.0.0.1:${server.port}` });
    const waitedMs = await elapsedMs(async () => {
      expect(await replica.cache.resolve(KEY)).toMatchObject({ ok: true });
    });
    expect(waitedMs).toBeLessThan(BOUND_MS + NOISE_MS);
    const told = replica.events.shared.filter((event) => event.kind !== 'shared_fill');
    expect(JSON.stringify(told)).toContain('WRONGPASS');
    expect(JSON.stringify(replica.events)).not.toContain('hunter2');
    await share(await boot({ url: server.url }));
  });

  it('a caller that leaves ends its look-up at once, and Redis is not blamed', async () => {
    const server = await startServer();
    const replica = await boot({ url: server.url });
    server.freeze();
    const leaving = new AbortController();
    const answer = replica.store.get(digestKey(KEY), leaving.signal);
    leaving.abort();
    expect(await answer).toEqual({ kind: 'unavailable' });
    expect(replica.events.shared.filter((event) => event.kind === 'shared_store_failed')).toEqual([]);
  });

  it('after stop no connection is left, and every answer is `unavailable`', async () => {
    const server = await startServer();
    const replica = await boot({ url: server.url });
    replica.store.stop();
    expect(await lookup(replica)).toBe('unavailable');
    expect(await replica.store.discard('x')).toBe('unavailable');
    await until('the connections are closed', async () => {
      const clients = String(await server.call(['CLIENT', 'LIST']))
        .trim()
        .split('\n');
      return clients.length === 1;
    });
  });
});
