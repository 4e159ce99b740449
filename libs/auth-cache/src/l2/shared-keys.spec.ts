import { describe, expect, it } from 'vitest';
import { digestKey } from '../key-digest.js';
import { ReplicasWorld, type Replica } from './testing/replicas-world.js';

const KEY = 'vk-lw-live_A';
const MINUTE_MS = 60_000;

function worldOf(replicaCount = 2): { world: ReplicasWorld; first: Replica; second: Replica } {
  const world = new ReplicasWorld(replicaCount);
  const [first, second] = world.replicas;
  if (first === undefined || second === undefined) throw new Error('a world of two replicas is needed');
  world.controlPlane.add(KEY);
  return { world, first, second };
}

function tell(replica: Replica, kind: string, virtualKeyId = 'vk_1', revision = '7'): void {
  replica.cache.invalidate({ kind, revision, virtual_key_id: virtualKeyId }, 'org_1');
}

describe('a key that another replica has loaded', () => {
  it('is served from the shared store without a question to the control plane', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    const { calls } = world.controlPlane;
    expect(await world.resolve(second, KEY)).toMatchObject({ ok: true, bundle: { virtualKeyId: 'vk_1' } });
    expect(world.controlPlane.calls).toBe(calls);
    expect(second.cache.stats().shared).toMatchObject({ lookups: 1, hits: 1, absences: 0, failures: 0 });
    // From here on it is warm.
    expect(second.cache.resolve(KEY)).not.toBeInstanceOf(Promise);
  });

  it('is served to any number of waiting requests with one look-up', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    const answers = [1, 2, 3].map(() => second.cache.resolve(KEY));
    await world.settle();
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ ok: true });
    expect(second.store.gets).toBe(1);
  });

  it('keeps its age: its configuration comes due when it would have at the replica that loaded it', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    await world.advance(40_000);
    await world.resolve(second, KEY);
    expect(world.controlPlane.configCalls).toBe(1);
    await world.advance(21_000);
    second.cache.resolve(KEY);
    await world.settle();
    expect(world.controlPlane.configCalls).toBe(2);
    // The tag was shared too, so that the question was a cheap one.
    expect(world.controlPlane.conditionalCalls).toBe(1);
  });

  it('is checked with the control plane first once it is older than a configuration may be', async () => {
    const { world, first, second } = worldOf();
    const row = world.controlPlane.add(`${KEY}2`, { id: 'vk_9' });
    await world.resolve(first, `${KEY}2`);
    row.status = 'revoked';
    await world.advance(MINUTE_MS + 1);
    expect(await world.resolve(second, `${KEY}2`)).toMatchObject({ ok: false, reason: 'virtual_key_revoked' });
  });

  it('stays young in the store while any replica confirms it', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    await world.advance(61_000);
    first.cache.resolve(KEY);
    await world.settle();
    const { calls } = world.controlPlane;
    await world.advance(30_000);
    expect(await world.resolve(second, KEY)).toMatchObject({ ok: true });
    expect(world.controlPlane.calls).toBe(calls);
  });

  it('is never served past its own expiry, and asked for anew', async () => {
    const { world, first, second } = worldOf();
    const row = world.controlPlane.add('vk-lw-live_B', { id: 'vk_B' });
    row.expiresAtSeconds = world.clock.now() / 1000 + 30;
    await world.resolve(first, 'vk-lw-live_B');
    await world.advance(30_000);
    world.controlPlane.mode = 'down';
    expect(await world.resolve(second, 'vk-lw-live_B')).toMatchObject({ reason: 'auth_upstream_unavailable' });
  });
});

describe('without the control plane', () => {
  it('a replica that boots serves what the others had loaded, up to the hard cap and not beyond', async () => {
    const { world, first } = worldOf();
    await world.resolve(first, KEY);
    world.controlPlane.mode = 'down';
    await world.advance(6 * 60 * MINUTE_MS);
    expect(await world.resolve(world.boot(), KEY)).toMatchObject({ ok: true });
    await world.advance(15 * MINUTE_MS + 1);
    expect(await world.resolve(world.boot(), KEY)).toMatchObject({ ok: false, reason: 'auth_upstream_unavailable' });
  });

  it('a frozen control plane delays such a request by the background limit at most', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    await world.advance(2 * MINUTE_MS);
    world.controlPlane.mode = 'hang_ignoring_abort';
    const answer = second.cache.resolve(KEY);
    await world.advance(2_000);
    expect(await answer).toMatchObject({ ok: true });
    expect(second.cache.resolve(KEY)).not.toBeInstanceOf(Promise);
  });

  it('an edited key is served as it was, and a revoked one is not', async () => {
    const { world, first, second } = worldOf();
    world.controlPlane.add('vk-lw-live_B', { id: 'vk_B' });
    await world.resolve(first, KEY);
    await world.resolve(first, 'vk-lw-live_B');
    await world.advance(10_000);
    world.controlPlane.mode = 'down';
    tell(first, 'VK_CONFIG_UPDATED');
    tell(first, 'VK_REVOKED', 'vk_B');
    await world.settle();
    expect(await world.resolve(second, KEY)).toMatchObject({ ok: true });
    expect(await world.resolve(second, 'vk-lw-live_B')).toMatchObject({ reason: 'auth_upstream_unavailable' });
  });
});

describe('a revocation', () => {
  it('reaches the memory of the other replicas without their feeds', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    await world.resolve(second, KEY);
    world.controlPlane.mode = 'down';
    tell(first, 'VK_REVOKED');
    await world.settle();
    expect(await world.resolve(second, KEY)).toMatchObject({ ok: false });
  });

  it('is told once, however many replicas hear it, and no echo is applied', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    await world.resolve(second, KEY);
    tell(first, 'VK_REVOKED');
    await world.settle();
    tell(second, 'VK_REVOKED');
    await world.settle();
    expect(first.events.of('change_evict')).toHaveLength(1);
    expect(second.events.of('change_evict')).toHaveLength(1);
  });

  it('keeps a load that began before it out of the shared store', async () => {
    const { world, first, second } = worldOf();
    first.store.mode = 'down';
    world.controlPlane.latencyMs = 200;
    const slow = second.cache.resolve(KEY);
    await world.advance(100);
    // Only the first replica hears of it, and cannot tell; it can when the store is back.
    tell(first, 'VK_DISABLED');
    await world.settle();
    first.store.mode = 'up';
    void first.cache.resolve('vk-lw-live_unknown');
    await world.advance(1_000);
    expect(await slow).toMatchObject({ ok: true });
    expect(world.shelf.entries.size).toBe(0);
  });

  it('that was heard while the store was away is recorded when it is back', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    world.controlPlane.mode = 'down';
    first.store.mode = 'down';
    tell(first, 'VK_REVOKED');
    await world.settle();
    first.store.mode = 'up';
    // Who heard it knows, before the store does.
    expect(await world.resolve(first, KEY)).toMatchObject({ reason: 'auth_upstream_unavailable' });
    expect(await world.resolve(second, KEY)).toMatchObject({ reason: 'auth_upstream_unavailable' });
  });

  it('of a rotated secret is not undone by a replica that goes on confirming the key', async () => {
    const { world, first, second } = worldOf();
    const third = world.boot();
    await world.resolve(first, KEY);
    await world.resolve(second, KEY);
    second.store.mode = 'down';
    tell(first, 'VK_ROTATED');
    const row = world.controlPlane.keys.get(KEY);
    world.controlPlane.keys.delete(KEY);
    if (row !== undefined) world.controlPlane.keys.set('vk-lw-live_rotated', row);
    await world.settle();
    await world.advance(61_000);
    second.store.mode = 'up';
    // It has not heard, and its conditional question is answered: the virtual key itself lives.
    second.cache.resolve(KEY);
    await world.settle();
    expect(world.controlPlane.conditionalCalls).toBe(1);
    world.controlPlane.mode = 'down';
    expect(await world.resolve(third, KEY)).toMatchObject({ ok: false });
  });

  it('of a rotated secret holds also when it is recorded only after the key was confirmed again', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    await world.resolve(second, KEY);
    first.store.mode = 'down';
    second.store.mode = 'down';
    tell(first, 'VK_ROTATED');
    await world.settle();
    second.store.mode = 'up';
    await world.advance(61_000);
    // The second replica has not heard; its question is answered, for the virtual key lives, and it says so in the store.
    second.cache.resolve(KEY);
    await world.settle();
    expect(world.shelf.entries.get(digestKey(KEY))?.entry.checkedAtMs).toBeGreaterThan(world.clock.now() - 1_000);
    first.store.mode = 'up';
    void first.cache.resolve('vk-lw-live_unknown');
    await world.settle();
    world.controlPlane.mode = 'down';
    expect(await world.resolve(world.boot(), KEY)).toMatchObject({ ok: false });
  });

  it('that the control plane told in a refusal is remembered when it goes away', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    const row = world.controlPlane.keys.get(KEY);
    if (row !== undefined) row.status = 'revoked';
    second.store.mode = 'down';
    expect(await world.resolve(second, KEY)).toMatchObject({ reason: 'virtual_key_revoked' });
    second.store.mode = 'up';
    world.controlPlane.mode = 'down';
    expect(await world.resolve(second, KEY)).toMatchObject({ reason: 'auth_upstream_unavailable' });
  });
});

describe('an edit', () => {
  it.each(['VK_CONFIG_UPDATED', 'BUDGET_CREATED', 'ROUTING_POLICY_UPDATED', 'MODEL_PROVIDER_UPDATED'])(
    '%s is in force at a replica that did not hear of it, as soon as it loads the key',
    async (kind) => {
      const { world, first, second } = worldOf();
      await world.resolve(first, KEY);
      second.store.mode = 'down';
      const row = world.controlPlane.keys.get(KEY);
      if (row !== undefined) row.revision = 2;
      tell(first, kind);
      await world.settle();
      second.store.mode = 'up';
      expect(await world.resolve(second, KEY)).toMatchObject({ ok: true, bundle: { revision: '2' } });
    },
  );

  it('that the tag does not cover is not hidden by a replica that goes on confirming the tag', async () => {
    const { world, first, second } = worldOf();
    const third = world.boot();
    await world.resolve(first, KEY);
    await world.resolve(second, KEY);
    second.store.mode = 'down';
    const row = world.controlPlane.keys.get(KEY);
    if (row !== undefined) row.budgetLimitMicroUsd = 5;
    tell(first, 'BUDGET_CREATED');
    await world.settle();
    await world.advance(61_000);
    second.store.mode = 'up';
    second.cache.resolve(KEY);
    await world.settle();
    expect(world.controlPlane.conditionalCalls).toBe(1);
    expect(await world.resolve(third, KEY)).toMatchObject({ bundle: { budgets: [{ limitMicroUsd: 5 }] } });
  });

  it('of a budget is caught up with behind the request', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    const row = world.controlPlane.keys.get(KEY);
    if (row !== undefined) row.budgetLimitMicroUsd = 5;
    second.cache.invalidate({ kind: 'BUDGET_UPDATED', revision: '3', project_id: 'project_1' }, 'org_1');
    await world.resolve(second, KEY);
    await world.resolve(second, KEY);
    expect(await world.resolve(second, KEY)).toMatchObject({ bundle: { budgets: [{ limitMicroUsd: 5 }] } });
  });
});

describe('a shared store in trouble', () => {
  it.each(['down', 'hang'] as const)('that is %s fails no request that the control plane can serve', async (mode) => {
    const { world, first } = worldOf();
    first.store.mode = mode;
    const answer = first.cache.resolve(KEY);
    await world.advance(50);
    expect(await answer).toMatchObject({ ok: true });
    expect(first.cache.stats().shared).toMatchObject({ failures: 1 });
  });

  it('never holds a request up with its writes, and loses no more than it may', async () => {
    const world = new ReplicasWorld(1, { sharedWritesRunningMax: 1, sharedWritesMax: 2 });
    const [replica] = world.replicas;
    if (replica === undefined) throw new Error('there is one replica');
    const keys = ['A', 'B', 'C', 'D', 'E'].map((name) => `vk-lw-live_${name}`);
    for (const [index, key] of keys.entries()) world.controlPlane.add(key, { id: `vk_${index}` });
    replica.store.latencyMs = 40;
    const answers = keys.map((key) => replica.cache.resolve(key));
    await world.advance(80);
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ ok: true });
    expect(replica.cache.stats().shared).toMatchObject({ writes: 5, droppedWrites: 2 });
    await world.advance(1_000);
    expect(world.shelf.entries.size).toBe(3);
    expect(replica.events.shared).toContainEqual({ kind: 'shared_write_dropped', writesMax: 2 });
  });

  it('whose entry claims to come from the future is not believed', async () => {
    const { world, first, second } = worldOf();
    await world.resolve(first, KEY);
    const shelved = world.shelf.entries.get(digestKey(KEY));
    if (shelved === undefined) throw new Error('the entry was not shared');
    const checkedAtMs = world.clock.now() + 5_001;
    world.shelf.entries.set(digestKey(KEY), { ...shelved, entry: { ...shelved.entry, checkedAtMs } });
    const { calls } = world.controlPlane;
    await world.resolve(second, KEY);
    expect(world.controlPlane.calls).toBeGreaterThan(calls);
  });

  it('is not asked for keys in memory', async () => {
    const { world, first } = worldOf();
    await world.resolve(first, KEY);
    await world.resolve(first, KEY);
    expect(first.store.gets).toBe(1);
  });
});
