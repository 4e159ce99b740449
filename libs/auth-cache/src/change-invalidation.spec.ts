import { CHANGE_KINDS, type ChangeEvent, type ChangeKind } from '#gateway-protocol';
import { describe, expect, it } from 'vitest';
import { changeRule } from './change-reaction.js';
import { denyKey } from './resolution.js';
import { KeyCacheWorld } from './testing/key-cache-world.js';

const KEY = 'vk-lw-live_A';
const OTHER = 'vk-lw-live_B';
/** Options under which nothing refreshes by itself. */
const QUIET = { configTtlMs: -1, refreshThresholdMs: 0 };

function change(kind: ChangeKind | string, ids: Partial<ChangeEvent> = {}): ChangeEvent {
  return { kind, revision: '1', ...ids };
}

/** Two warm keys: KEY (vk_1, project_1, mp_1) and OTHER (vk_2, project_2, mp_2), both of org_1. */
async function warmWorld(): Promise<KeyCacheWorld> {
  const world = new KeyCacheWorld(QUIET);
  world.controlPlane.add(KEY);
  world.controlPlane.add(OTHER, { projectId: 'project_2', modelProviderIds: ['mp_2'] });
  await world.resolve(KEY);
  await world.resolve(OTHER);
  return world;
}

describe('every kind of change of the control plane', () => {
  it.each(CHANGE_KINDS)('%s has a decision', (kind) => {
    expect(changeRule(kind)).toBeDefined();
  });

  it('that this version does not know is reported and changes nothing', async () => {
    const world = await warmWorld();
    expect(world.cache.invalidate(change('VK_TELEPORTED'.padEnd(100, '!'), { virtual_key_id: 'vk_1' }), 'org_1')).toBe(
      0,
    );
    expect(world.cache.stats().entries).toBe(2);
    expect(world.events.of('change_unhandled')).toMatchObject([{ organizationId: 'org_1' }]);
    expect(world.events.of('change_unhandled')[0]?.changeKind).toHaveLength(64);
  });
});

describe('a revocation', () => {
  it.each(['VK_REVOKED', 'VK_DISABLED', 'VK_ROTATED'] as const)(
    '%s evicts the key at once and no other',
    async (kind) => {
      const world = await warmWorld();
      expect(world.cache.invalidate(change(kind, { virtual_key_id: 'vk_1' }), 'org_1')).toBe(1);
      expect(world.cache.stats().entries).toBe(1);
      expect(world.events.of('change_evict')).toEqual([
        {
          kind: 'change_evict',
          reason: kind.toLowerCase(),
          organizationId: 'org_1',
          target: 'vk_1',
          evicted: 1,
          marked: 0,
        },
      ]);
      expect(world.cache.resolve(OTHER)).toMatchObject({ ok: true });
    },
  );

  it('holds during an outage: the key is not served from memory', async () => {
    const world = await warmWorld();
    world.controlPlane.mode = 'down';
    world.cache.invalidate(change('VK_REVOKED', { virtual_key_id: 'vk_1' }), 'org_1');
    expect(await world.resolve(KEY)).toBe(denyKey('auth_upstream_unavailable'));
  });

  it('holds while a refresh of the evicted entry is still on its way', async () => {
    const world = new KeyCacheWorld({ refreshThresholdMs: 0 });
    const key = world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.advance(60_000);
    world.controlPlane.latencyMs = 50;
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    key.status = 'revoked';
    world.cache.invalidate(change('VK_REVOKED', { virtual_key_id: 'vk_1' }), 'org_1');
    const answer = world.cache.resolve(KEY);
    await world.advance(500);
    expect(await answer).toBe(denyKey('virtual_key_revoked'));
    expect(world.controlPlane.maxInFlightPerKey).toBe(1);
  });

  it('reaches both secrets of a key that is being rotated', async () => {
    const world = new KeyCacheWorld(QUIET);
    const key = world.controlPlane.add('old-secret');
    world.controlPlane.keys.set('new-secret', key);
    await world.resolve('old-secret');
    await world.resolve('new-secret');
    expect(world.cache.invalidate(change('VK_REVOKED', { virtual_key_id: 'vk_1' }), 'org_1')).toBe(2);
    expect(world.cache.stats()).toMatchObject({ entries: 0, organizations: 0 });
  });

  it('of a key that is not held is silent', async () => {
    const world = await warmWorld();
    expect(world.cache.invalidate(change('VK_REVOKED', { virtual_key_id: 'vk_9' }), 'org_1')).toBe(0);
    expect(world.cache.invalidate(change('VK_REVOKED'), 'org_1')).toBe(0);
    expect(world.events.of('change_evict')).toEqual([]);
  });
});

describe('an edit that may tighten a key', () => {
  it('is in force for the very next request', async () => {
    const world = await warmWorld();
    const key = world.controlPlane.keys.get(KEY);
    if (key !== undefined) key.revision = 2;
    expect(world.cache.invalidate(change('VK_CONFIG_UPDATED', { virtual_key_id: 'vk_1' }), 'org_1')).toBe(1);
    expect(await world.resolve(KEY)).toMatchObject({ ok: true, bundle: { revision: '2' } });
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    expect(world.controlPlane.resolveCalls).toBe(3);
  });

  it('carries a changed identity as well', async () => {
    const world = await warmWorld();
    const key = world.controlPlane.keys.get(KEY);
    if (key !== undefined) key.projectId = 'project_9';
    world.cache.invalidate(change('VK_CONFIG_UPDATED', { virtual_key_id: 'vk_1' }), 'org_1');
    expect(await world.resolve(KEY)).toMatchObject({ ok: true, bundle: { projectId: 'project_9' } });
  });

  it.each(['down', 'resolve_only'] as const)(
    'never breaks a working key when the control plane is %s',
    async (mode) => {
      const world = await warmWorld();
      world.controlPlane.mode = mode;
      world.cache.invalidate(change('VK_CONFIG_UPDATED', { virtual_key_id: 'vk_1' }), 'org_1');
      expect(await world.resolve(KEY)).toMatchObject({ ok: true, bundle: { revision: '1' } });
      // One request tried; from here on nobody waits, and the background retries.
      expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
      const key = world.controlPlane.keys.get(KEY);
      if (key !== undefined) key.revision = 2;
      world.controlPlane.mode = 'up';
      await world.advance(30_000);
      await world.resolve(KEY);
      expect(world.cache.resolve(KEY)).toMatchObject({ ok: true, bundle: { revision: '2' } });
    },
  );

  it('makes one request wait two seconds at most when the control plane hangs', async () => {
    const world = await warmWorld();
    world.controlPlane.mode = 'hang_ignoring_abort';
    world.cache.invalidate(change('VK_CONFIG_UPDATED', { virtual_key_id: 'vk_1' }), 'org_1');
    const answer = world.cache.resolve(KEY);
    await world.advance(2_000);
    expect(await answer).toMatchObject({ ok: true });
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
  });

  it('that comes while the key is being checked is checked again', async () => {
    const world = await warmWorld();
    const key = world.controlPlane.keys.get(KEY);
    world.controlPlane.latencyMs = 50;
    world.cache.invalidate(change('VK_CONFIG_UPDATED', { virtual_key_id: 'vk_1' }), 'org_1');
    const answer = world.cache.resolve(KEY);
    await world.advance(60);
    if (key !== undefined) key.revision = 2;
    world.cache.invalidate(change('VK_CONFIG_UPDATED', { virtual_key_id: 'vk_1' }), 'org_1');
    await world.advance(500);
    expect(await answer).toMatchObject({ ok: true, bundle: { revision: '2' } });
  });

  it('waits for the refresh under way instead of starting a second flight', async () => {
    const world = new KeyCacheWorld({ refreshThresholdMs: 0 });
    const key = world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.advance(60_000);
    world.controlPlane.latencyMs = 50;
    world.cache.resolve(KEY);
    key.revision = 2;
    world.cache.invalidate(change('VK_CONFIG_UPDATED', { virtual_key_id: 'vk_1' }), 'org_1');
    const answers = [world.cache.resolve(KEY), world.cache.resolve(KEY)];
    await world.advance(500);
    for (const answer of await Promise.all(answers))
      expect(answer).toMatchObject({ ok: true, bundle: { revision: '2' } });
    expect(world.controlPlane.maxInFlightPerKey).toBe(1);
  });

  it.each(['ROUTING_POLICY_UPDATED', 'ROUTING_POLICY_DELETED'] as const)(
    '%s reaches the whole organization',
    async (kind) => {
      const world = await warmWorld();
      expect(world.cache.invalidate(change(kind), 'org_1')).toBe(2);
      expect(world.cache.invalidate(change(kind), 'org_2')).toBe(0);
      expect(world.cache.resolve(KEY)).toBeInstanceOf(Promise);
    },
  );
});

describe('a changed model provider', () => {
  it('is checked by keys that use it and looked for by the others of the organization', async () => {
    const world = await warmWorld();
    const other = world.controlPlane.keys.get(OTHER);
    other?.modelProviderIds.push('mp_1');
    expect(world.cache.invalidate(change('MODEL_PROVIDER_UPDATED', { model_provider_id: 'mp_1' }), 'org_1')).toBe(2);
    expect(world.cache.resolve(KEY)).toBeInstanceOf(Promise);
    // The key that did not reach it before is served at once and finds it in the background.
    expect(world.cache.resolve(OTHER)).toMatchObject({ ok: true });
    await world.settle();
    const answer = world.cache.resolve(OTHER);
    expect(answer).toMatchObject({ ok: true, bundle: { modelProviders: [{ id: 'mp_2' }, { id: 'mp_1' }] } });
  });
});

describe('a changed budget', () => {
  it('is read anew in the background although it does not move the tag', async () => {
    const world = await warmWorld();
    const key = world.controlPlane.keys.get(KEY);
    if (key !== undefined) key.budgetLimitMicroUsd = 5;
    expect(world.cache.invalidate(change('BUDGET_UPDATED', { project_id: 'project_1' }), 'org_1')).toBe(1);
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true, bundle: { budgets: [{ limitMicroUsd: 1_000_000 }] } });
    await world.settle();
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true, bundle: { budgets: [{ limitMicroUsd: 5 }] } });
    expect(world.controlPlane.conditionalCalls).toBe(0);
  });

  it('reaches the organization when it names no project, and any key that has it', async () => {
    const world = await warmWorld();
    expect(world.cache.invalidate(change('BUDGET_DELETED'), 'org_1')).toBe(2);
    const elsewhere = { budget_id: 'budget_1', project_id: 'project_9' };
    expect(world.cache.invalidate(change('BUDGET_UPDATED', elsewhere), 'org_1')).toBe(2);
    expect(world.cache.invalidate(change('BUDGET_UPDATED', { ...elsewhere, budget_id: 'budget_9' }), 'org_1')).toBe(0);
  });

  it('when it is new, is in force for the very next request', async () => {
    const world = await warmWorld();
    world.cache.invalidate(change('BUDGET_CREATED', { project_id: 'project_1' }), 'org_1');
    expect(world.cache.resolve(KEY)).toBeInstanceOf(Promise);
    expect(world.cache.resolve(OTHER)).toMatchObject({ ok: true });
  });

  it('never causes a 503 in an outage, however often it changes', async () => {
    const world = await warmWorld();
    world.controlPlane.mode = 'down';
    for (let round = 0; round < 20; round += 1) {
      world.cache.invalidate(change('BUDGET_UPDATED', { project_id: 'project_1' }), 'org_1');
      expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
      await world.advance(10_000);
    }
  });

  it('that changes again while it is read is read again', async () => {
    const world = await warmWorld();
    const key = world.controlPlane.keys.get(KEY);
    world.controlPlane.latencyMs = 50;
    world.cache.invalidate(change('BUDGET_UPDATED', { project_id: 'project_1' }), 'org_1');
    world.cache.resolve(KEY);
    if (key !== undefined) key.budgetLimitMicroUsd = 5;
    world.cache.invalidate(change('BUDGET_UPDATED', { project_id: 'project_1' }), 'org_1');
    await world.advance(50);
    world.cache.resolve(KEY);
    await world.advance(50);
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true, bundle: { budgets: [{ limitMicroUsd: 5 }] } });
  });
});

describe('revalidating an organization', () => {
  it('makes the next request of its keys ask, with what is held as a fallback', async () => {
    const world = await warmWorld();
    const key = world.controlPlane.keys.get(KEY);
    if (key !== undefined) key.status = 'revoked';
    expect(world.cache.revalidateOrganization('org_1')).toBe(2);
    expect(await world.resolve(KEY)).toBe(denyKey('virtual_key_revoked'));
    world.controlPlane.mode = 'down';
    expect(await world.resolve(OTHER)).toMatchObject({ ok: true });
  });
});
