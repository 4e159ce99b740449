import type { ChangeEvent, ChangeKind } from '#gateway-protocol';
import { describe, expect, it } from 'vitest';
import { digestKey } from './key-digest.js';
import { denyKey } from './resolution.js';
import { KeyCacheWorld } from './testing/key-cache-world.js';

const KEY = 'vk-lw-live_01HZX9N4Q2V8K3M5T7W9Y1A2B3';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Options under which nothing refreshes by itself, for tests about something else. */
const QUIET = { configTtlMs: -1, refreshThresholdMs: 0 };

function change(kind: ChangeKind | string, ids: Partial<ChangeEvent> = {}): ChangeEvent {
  return { kind, revision: '1', ...ids };
}

describe('a cold key', () => {
  it('is resolved once and then served synchronously', async () => {
    const world = new KeyCacheWorld();
    world.controlPlane.add(KEY);
    const cold = await world.resolve(KEY);
    expect(cold).toMatchObject({ ok: true, bundle: { virtualKeyId: 'vk_1', organizationId: 'org_1' } });
    expect(world.cache.resolve(KEY)).toBe(cold);
    expect(world.controlPlane).toMatchObject({ resolveCalls: 1, configCalls: 1 });
  });

  it('is asked for once, however many requests wait for it', async () => {
    const world = new KeyCacheWorld();
    world.controlPlane.add(KEY);
    world.controlPlane.latencyMs = 50;
    const answers = Array.from({ length: 100 }, () => world.cache.resolve(KEY));
    expect(world.cache.stats().flights).toBe(1);
    await world.advance(200);
    const [first, ...rest] = await Promise.all(answers);
    expect(first).toMatchObject({ ok: true });
    for (const answer of rest) expect(answer).toBe(first);
    expect(world.controlPlane).toMatchObject({ resolveCalls: 1, configCalls: 1, maxInFlightPerKey: 1 });
  });

  it('is not cached when its configuration fails, and can be tried again at once', async () => {
    const world = new KeyCacheWorld();
    world.controlPlane.add(KEY);
    world.controlPlane.mode = 'resolve_only';
    expect(await world.resolve(KEY)).toEqual({ ok: false, reason: 'auth_upstream_unavailable', retryAfterSeconds: 5 });
    expect(world.cache.stats().entries).toBe(0);
    expect(world.events.of('cold_resolve_failure')).toMatchObject([{ step: 'config_fetch_failed' }]);
    world.controlPlane.mode = 'up';
    expect(await world.resolve(KEY)).toMatchObject({ ok: true });
  });

  it('is cached when its configuration has no model providers', async () => {
    const world = new KeyCacheWorld();
    world.controlPlane.add(KEY, { modelProviderIds: [] });
    expect(await world.resolve(KEY)).toMatchObject({ ok: true, bundle: { modelProviders: [] } });
    expect(world.cache.stats().entries).toBe(1);
  });

  it.each(['hang', 'hang_ignoring_abort'] as const)('gets a 503 after ten seconds of %s', async (mode) => {
    const world = new KeyCacheWorld();
    world.controlPlane.add(KEY);
    world.controlPlane.mode = mode;
    const answer = world.cache.resolve(KEY);
    await world.advance(9_999);
    expect(world.cache.stats().flights).toBe(1);
    await world.advance(1);
    expect(await answer).toBe(denyKey('auth_upstream_unavailable'));
    expect(world.cache.stats().flights).toBe(0);
    expect(world.clock.sleeping).toBe(0);
  });

  it('that is empty or longer than any key is refused without asking', () => {
    const world = new KeyCacheWorld();
    expect(world.cache.resolve('')).toBe(denyKey('invalid_api_key'));
    expect(world.cache.resolve('x'.repeat(257))).toBe(denyKey('invalid_api_key'));
    expect(world.controlPlane.calls).toBe(0);
  });

  it('is told to come back when too many loads run', async () => {
    const world = new KeyCacheWorld({ foregroundLoadsMax: 2 });
    world.controlPlane.latencyMs = 10;
    const waiting = [world.cache.resolve('a'), world.cache.resolve('b')];
    expect(world.cache.resolve('c')).toBe(denyKey('auth_upstream_unavailable'));
    await world.advance(50);
    expect(await Promise.all(waiting)).toEqual([denyKey('invalid_api_key'), denyKey('invalid_api_key')]);
    expect(world.events.of('loads_exhausted')).toHaveLength(1);
  });
});

describe('a refused key', () => {
  it.each([
    ['revoked', 'virtual_key_revoked'],
    ['disabled', 'virtual_key_disabled'],
  ] as const)('that is %s gets its own reason, and is asked for each time', async (status, reason) => {
    const world = new KeyCacheWorld();
    world.controlPlane.add(KEY, { status });
    expect(await world.resolve(KEY)).toBe(denyKey(reason));
    expect(await world.resolve(KEY)).toBe(denyKey(reason));
    expect(world.controlPlane.resolveCalls).toBe(2);
  });

  it('that is unknown is remembered for five seconds only', async () => {
    const world = new KeyCacheWorld();
    expect(await world.resolve(KEY)).toBe(denyKey('invalid_api_key'));
    await world.advance(4_999);
    expect(world.cache.resolve(KEY)).toBe(denyKey('invalid_api_key'));
    expect(world.cache.stats()).toMatchObject({ negativeHits: 1, negativeEntries: 1 });
    expect(world.controlPlane.resolveCalls).toBe(1);
    world.controlPlane.add(KEY);
    await world.advance(1);
    expect(await world.resolve(KEY)).toMatchObject({ ok: true });
  });

  it('that is unknown is asked for each time when the negative cache is off', async () => {
    const world = new KeyCacheWorld({ negativeTtlMs: 0 });
    await world.resolve(KEY);
    await world.resolve(KEY);
    expect(world.controlPlane.resolveCalls).toBe(2);
  });

  it('works at once after it was created', async () => {
    const world = new KeyCacheWorld();
    await world.resolve(KEY);
    world.controlPlane.add(KEY);
    expect(world.cache.invalidate(change('VK_CREATED', { virtual_key_id: 'vk_1' }), 'org_1')).toBe(0);
    expect(await world.resolve(KEY)).toMatchObject({ ok: true });
  });

  it('is not remembered as unknown when a key was created while it was asked for', async () => {
    const world = new KeyCacheWorld();
    world.controlPlane.latencyMs = 50;
    const answer = world.cache.resolve(KEY);
    world.controlPlane.add(KEY);
    world.cache.invalidate(change('VK_CREATED', { virtual_key_id: 'vk_1' }), 'org_1');
    await world.advance(50);
    expect(await answer).toBe(denyKey('invalid_api_key'));
    expect(world.cache.stats().negativeEntries).toBe(0);
  });

  it('fills no more than its bounded memory', async () => {
    const world = new KeyCacheWorld({ negativeMaxEntries: 10 });
    for (let index = 0; index < 50; index += 1) await world.resolve(`unknown-${index}`);
    expect(world.cache.stats().negativeEntries).toBe(10);
  });

  it('is never remembered because of an outage', async () => {
    const world = new KeyCacheWorld();
    world.controlPlane.add(KEY);
    world.controlPlane.mode = 'down';
    expect(await world.resolve(KEY)).toBe(denyKey('auth_upstream_unavailable'));
    expect(await world.resolve(KEY)).toBe(denyKey('auth_upstream_unavailable'));
    expect(world.controlPlane.resolveCalls).toBe(2);
  });

  it('is refused when its configuration says so, though resolving it did not yet', async () => {
    const world = new KeyCacheWorld();
    world.controlPlane.add(KEY);
    world.controlPlane.latencyMs = 50;
    const answer = world.cache.resolve(KEY);
    for (const key of world.controlPlane.keys.values()) key.status = 'revoked';
    await world.advance(200);
    expect(await answer).toBe(denyKey('virtual_key_revoked'));
  });
});

describe('a fresh entry near its expiry', () => {
  it('is refreshed in the background by the first hit, once', async () => {
    const world = new KeyCacheWorld({ configTtlMs: -1, refreshJitter: 0 });
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.advance(10 * MINUTE_MS - 1);
    world.cache.resolve(KEY);
    expect(world.controlPlane.resolveCalls).toBe(1);
    await world.advance(1);
    world.controlPlane.latencyMs = 100;
    for (let hit = 0; hit < 50; hit += 1) expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    await world.advance(300);
    expect(world.controlPlane).toMatchObject({ resolveCalls: 2, configCalls: 2 });
    await world.advance(14 * MINUTE_MS);
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    expect(world.events.of('refresh_success')).toMatchObject([{ background: true }]);
  });

  it('does not refresh in step with other keys', async () => {
    const world = new KeyCacheWorld({ configTtlMs: -1, refreshJitter: 0.5 });
    const keys = Array.from({ length: 40 }, (_, index) => `${KEY}${index}`);
    for (const key of keys) world.controlPlane.add(key);
    for (const key of keys) await world.resolve(key);
    const perMinute: number[] = [];
    for (let minute = 0; minute < 14; minute += 1) {
      await world.advance(MINUTE_MS);
      const before = world.controlPlane.resolveCalls;
      for (const key of keys) world.cache.resolve(key);
      await world.settle();
      perMinute.push(world.controlPlane.resolveCalls - before);
    }
    expect(perMinute.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(perMinute.filter((count) => count > 0).length).toBeGreaterThanOrEqual(3);
  });

  it('is evicted when the background refresh is refused', async () => {
    const world = new KeyCacheWorld({ configTtlMs: -1 });
    const key = world.controlPlane.add(KEY);
    await world.resolve(KEY);
    key.status = 'disabled';
    await world.advance(12 * MINUTE_MS);
    expect(await world.resolve(KEY)).toMatchObject({ ok: true });
    expect(world.events.of('hard_evict')).toMatchObject([{ reason: 'auth_rejection_async', virtualKeyId: 'vk_1' }]);
    expect(await world.resolve(KEY)).toBe(denyKey('virtual_key_disabled'));
  });

  it('stays and gets five more minutes when the background refresh fails, and waits before it tries again', async () => {
    const world = new KeyCacheWorld({ configTtlMs: -1, refreshJitter: 0 });
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    world.controlPlane.mode = 'down';
    await world.advance(14 * MINUTE_MS);
    await world.resolve(KEY);
    expect(world.events.of('refresh_transport_failure')).toMatchObject([
      { background: true, newSoftExpiresAtMs: world.clock.now() + 5 * MINUTE_MS },
    ]);
    await world.advance(29_999);
    await world.resolve(KEY);
    expect(world.controlPlane.resolveCalls).toBe(2);
    await world.advance(1);
    await world.resolve(KEY);
    expect(world.controlPlane.resolveCalls).toBe(3);
    expect(world.events.of('hard_evict')).toEqual([]);
  });

  it('is kept when the background refresh takes longer than two seconds', async () => {
    const world = new KeyCacheWorld({ configTtlMs: -1 });
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    world.controlPlane.mode = 'hang_ignoring_abort';
    await world.advance(12 * MINUTE_MS);
    world.cache.resolve(KEY);
    await world.advance(2_000);
    expect(world.cache.stats().flights).toBe(0);
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
  });

  it('is not refreshed by every hit when its token lives shorter than the threshold', async () => {
    const world = new KeyCacheWorld({ configTtlMs: -1 });
    world.controlPlane.add(KEY);
    world.controlPlane.tokenTtlSeconds = 10;
    await world.resolve(KEY);
    await world.resolve(KEY);
    await world.advance(4_999);
    await world.resolve(KEY);
    expect(world.controlPlane.resolveCalls).toBe(1);
    await world.advance(1);
    await world.resolve(KEY);
    expect(world.controlPlane.resolveCalls).toBe(2);
  });

  it('is served without a refresh when the bound of background flights is reached', async () => {
    const world = new KeyCacheWorld({ configTtlMs: -1, backgroundLoadsMax: 1 });
    world.controlPlane.add('a');
    world.controlPlane.add('b');
    await world.resolve('a');
    await world.resolve('b');
    await world.advance(12 * MINUTE_MS);
    world.controlPlane.latencyMs = 100;
    expect(world.cache.resolve('a')).toMatchObject({ ok: true });
    expect(world.cache.resolve('b')).toMatchObject({ ok: true });
    expect(world.cache.stats().flights).toBe(1);
    await world.advance(500);
    world.cache.resolve('b');
    expect(world.cache.stats().flights).toBe(1);
    await world.advance(500);
    expect(world.controlPlane.resolveCalls).toBe(4);
  });
});

describe('a stale entry', () => {
  it('is replaced in the foreground', async () => {
    const world = new KeyCacheWorld(QUIET);
    const key = world.controlPlane.add(KEY);
    await world.resolve(KEY);
    key.revision = 2;
    await world.advance(20 * MINUTE_MS);
    expect(await world.resolve(KEY)).toMatchObject({ ok: true, bundle: { revision: '2' } });
    expect(world.events.of('refresh_success')).toMatchObject([{ background: false }]);
  });

  it.each(['revoked', 'disabled'] as const)('is evicted at once when the key turns out %s', async (status) => {
    const world = new KeyCacheWorld(QUIET);
    const key = world.controlPlane.add(KEY);
    await world.resolve(KEY);
    key.status = status;
    await world.advance(20 * MINUTE_MS);
    expect(await world.resolve(KEY)).toBe(denyKey(`virtual_key_${status}`));
    expect(world.events.of('hard_evict')).toMatchObject([{ reason: 'auth_rejection' }]);
    expect(world.cache.stats().entries).toBe(0);
  });

  it('is evicted at once when the key is unknown all of a sudden', async () => {
    const world = new KeyCacheWorld(QUIET);
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    world.controlPlane.keys.clear();
    await world.advance(20 * MINUTE_MS);
    expect(await world.resolve(KEY)).toBe(denyKey('invalid_api_key'));
  });

  it.each([
    ['down', 'transport'],
    ['resolve_only', 'config_fetch_failed'],
  ] as const)('is served with what it holds when the control plane is %s', async (mode, step) => {
    const world = new KeyCacheWorld(QUIET);
    const key = world.controlPlane.add(KEY);
    await world.resolve(KEY);
    world.controlPlane.mode = mode;
    key.revision = 2;
    await world.advance(20 * MINUTE_MS);
    expect(await world.resolve(KEY)).toMatchObject({ ok: true, bundle: { revision: '1' } });
    expect(world.events.of('serve_stale')).toMatchObject([{ staleForMs: 5 * MINUTE_MS, step }]);
    expect(world.cache.stats().staleServes).toBe(1);
    // For the next five minutes, requests are hits again.
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
  });

  it('costs one question for any number of waiting requests, and one bump', async () => {
    const world = new KeyCacheWorld(QUIET);
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    world.controlPlane.mode = 'hang';
    await world.advance(20 * MINUTE_MS);
    const answers = Array.from({ length: 20 }, () => world.cache.resolve(KEY));
    await world.advance(10_000);
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ ok: true });
    expect(world.controlPlane.resolveCalls).toBe(2);
    expect(world.events.of('refresh_transport_failure')).toHaveLength(1);
  });

  it('is served up to the hard cap and not one millisecond longer', async () => {
    const world = new KeyCacheWorld({ ...QUIET, hardGraceMs: HOUR_MS });
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    world.controlPlane.mode = 'down';
    await world.advance(15 * MINUTE_MS + HOUR_MS - 1);
    expect(await world.resolve(KEY)).toMatchObject({ ok: true });
    await world.advance(1);
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    await world.advance(1);
    expect(await world.resolve(KEY)).toBe(denyKey('auth_upstream_unavailable'));
    expect(world.events.of('hard_evict')).toMatchObject([{ reason: 'hard_cap_exceeded_on_lookup' }]);
    expect(world.cache.stats().entries).toBe(0);
    world.controlPlane.mode = 'up';
    expect(await world.resolve(KEY)).toMatchObject({ ok: true });
  });

  it('is not served when the hard cap passes while the control plane hangs', async () => {
    const world = new KeyCacheWorld({ ...QUIET, hardGraceMs: HOUR_MS });
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    world.controlPlane.mode = 'hang';
    await world.advance(15 * MINUTE_MS + HOUR_MS - 5_000);
    const answer = world.cache.resolve(KEY);
    await world.advance(10_000);
    expect(await answer).toBe(denyKey('auth_upstream_unavailable'));
    expect(world.events.of('hard_evict')).toMatchObject([{ reason: 'hard_cap_exceeded' }]);
  });

  it('is never served when stale serving is switched off', async () => {
    const world = new KeyCacheWorld({ ...QUIET, hardGraceMs: -1 });
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    world.controlPlane.mode = 'down';
    await world.advance(15 * MINUTE_MS + 1);
    expect(await world.resolve(KEY)).toBe(denyKey('auth_upstream_unavailable'));
    expect(world.cache.stats().entries).toBe(0);
  });
});

describe("a key's own expiry", () => {
  it('is answered without asking, and asked about afterwards', async () => {
    const world = new KeyCacheWorld(QUIET);
    const key = world.controlPlane.add(KEY, { expiresAtSeconds: Math.floor(Date.UTC(2026, 0, 1) / 1000) + 60 });
    await world.resolve(KEY);
    await world.advance(MINUTE_MS);
    expect(world.cache.resolve(KEY)).toBe(denyKey('virtual_key_expired'));
    expect(world.controlPlane.resolveCalls).toBe(1);
    expect(world.events.of('hard_evict')).toMatchObject([{ reason: 'virtual_key_expired' }]);
    expect(await world.resolve(KEY)).toBe(denyKey('virtual_key_expired'));
    expect(world.controlPlane.resolveCalls).toBe(2);
    key.expiresAtSeconds = null;
    expect(await world.resolve(KEY)).toMatchObject({ ok: true });
  });

  it('outranks an outage that spans it', async () => {
    const world = new KeyCacheWorld(QUIET);
    const startSeconds = Math.floor(world.clock.now() / 1000);
    world.controlPlane.add(KEY, { expiresAtSeconds: startSeconds + 16 * 60 });
    await world.resolve(KEY);
    world.controlPlane.mode = 'hang';
    await world.advance(16 * MINUTE_MS - 5_000);
    const answer = world.cache.resolve(KEY);
    await world.advance(10_000);
    expect(await answer).toBe(denyKey('virtual_key_expired'));
  });

  it('takes effect when a configuration refresh brings it forward, off, or puts it back', async () => {
    const world = new KeyCacheWorld({ refreshThresholdMs: 0 });
    const startSeconds = Math.floor(world.clock.now() / 1000);
    const key = world.controlPlane.add(KEY, { expiresAtSeconds: startSeconds + 300 });
    await world.resolve(KEY);
    key.expiresAtSeconds = startSeconds + 500;
    await world.advance(MINUTE_MS);
    await world.resolve(KEY);
    await world.advance(5 * MINUTE_MS);
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    await world.settle();
    key.expiresAtSeconds = startSeconds + 430;
    await world.advance(MINUTE_MS);
    await world.resolve(KEY);
    await world.advance(10_000);
    expect(world.cache.resolve(KEY)).toBe(denyKey('virtual_key_expired'));
  });

  it('is kept when a refreshed configuration does not name it', async () => {
    const world = new KeyCacheWorld({ refreshThresholdMs: 0 });
    const startSeconds = Math.floor(world.clock.now() / 1000);
    const key = world.controlPlane.add(KEY, { expiresAtSeconds: startSeconds + 100 });
    await world.resolve(KEY);
    world.controlPlane.tellsExpiry = false;
    key.revision = 2;
    await world.advance(MINUTE_MS);
    await world.resolve(KEY);
    expect(await world.resolve(KEY)).toMatchObject({ ok: true, bundle: { revision: '2' } });
    await world.advance(40_000);
    expect(world.cache.resolve(KEY)).toBe(denyKey('virtual_key_expired'));
  });

  it('is not outlived by a load that finishes after it', async () => {
    const world = new KeyCacheWorld();
    const startSeconds = Math.floor(world.clock.now() / 1000);
    world.controlPlane.add(KEY, { expiresAtSeconds: startSeconds + 2 });
    world.controlPlane.latencyMs = 1_500;
    const answer = world.cache.resolve(KEY);
    await world.advance(3_000);
    expect(await answer).toBe(denyKey('virtual_key_expired'));
    expect(world.cache.stats().entries).toBe(0);
  });
});

describe('a configuration past its time to live', () => {
  it('is asked for conditionally, once at a time, while hits are served', async () => {
    const world = new KeyCacheWorld({ refreshThresholdMs: 0 });
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.advance(MINUTE_MS);
    world.controlPlane.latencyMs = 100;
    for (let hit = 0; hit < 20; hit += 1) expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    await world.advance(100);
    expect(world.controlPlane).toMatchObject({ resolveCalls: 1, configCalls: 2, conditionalCalls: 1 });
    expect(world.events.of('config_refresh_not_modified')).toHaveLength(1);
    world.cache.resolve(KEY);
    expect(world.cache.stats().flights).toBe(0);
  });

  it('is replaced by what has changed, under the same identity', async () => {
    const world = new KeyCacheWorld({ refreshThresholdMs: 0 });
    const key = world.controlPlane.add(KEY);
    await world.resolve(KEY);
    key.revision = 2;
    key.modelProviderIds = ['mp_1', 'mp_2'];
    await world.advance(MINUTE_MS);
    await world.resolve(KEY);
    expect(world.cache.resolve(KEY)).toMatchObject({
      ok: true,
      bundle: { virtualKeyId: 'vk_1', projectId: 'project_1', organizationId: 'org_1', revision: '2' },
    });
    expect(world.cache.activeOrganizations).toEqual(['org_1']);
  });

  it('waits a full time to live after a failure and keeps serving', async () => {
    const world = new KeyCacheWorld({ refreshThresholdMs: 0 });
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.advance(MINUTE_MS);
    world.controlPlane.mode = 'down';
    await world.resolve(KEY);
    expect(world.events.of('config_refresh_failed')).toHaveLength(1);
    await world.advance(MINUTE_MS - 1);
    await world.resolve(KEY);
    expect(world.controlPlane.configCalls).toBe(2);
    await world.advance(1);
    await world.resolve(KEY);
    expect(world.controlPlane.configCalls).toBe(3);
  });

  it('is never asked for by age when that is switched off', async () => {
    const world = new KeyCacheWorld(QUIET);
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.advance(14 * MINUTE_MS);
    await world.resolve(KEY);
    expect(world.controlPlane.configCalls).toBe(1);
  });

  it('never brings back an entry that was evicted meanwhile', async () => {
    const world = new KeyCacheWorld({ refreshThresholdMs: 0 });
    const key = world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.advance(MINUTE_MS);
    key.revision = 2;
    world.controlPlane.latencyMs = 100;
    world.cache.resolve(KEY);
    key.status = 'revoked';
    world.cache.invalidate(change('VK_REVOKED', { virtual_key_id: 'vk_1' }), 'org_1');
    await world.advance(100);
    expect(world.cache.stats().entries).toBe(0);
    expect(world.events.of('config_refresh_dropped_stale')).toHaveLength(1);
  });

  it.each([true, false])('that is gone is a rejection only if resolving says so (key gone: %s)', async (gone) => {
    const world = new KeyCacheWorld({ refreshThresholdMs: 0 });
    const key = world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.advance(MINUTE_MS);
    // The same presented key now belongs to another row, so the configuration of the old one is not found.
    world.controlPlane.keys.clear();
    if (!gone) world.controlPlane.add(KEY, { ...key, id: 'vk_moved' });
    await world.resolve(KEY);
    expect(world.controlPlane.resolveCalls).toBe(2);
    const answer = await world.resolve(KEY);
    if (gone) expect(answer).toBe(denyKey('invalid_api_key'));
    else expect(answer).toMatchObject({ ok: true, bundle: { virtualKeyId: 'vk_moved' } });
  });

  it('that says revoked evicts the key by way of resolving it', async () => {
    const world = new KeyCacheWorld({ refreshThresholdMs: 0 });
    const key = world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.advance(MINUTE_MS);
    key.status = 'revoked';
    await world.resolve(KEY);
    expect(world.events.of('hard_evict')).toMatchObject([{ reason: 'auth_rejection_async' }]);
    expect(await world.resolve(KEY)).toBe(denyKey('virtual_key_revoked'));
  });
});

describe('an overtaken load', () => {
  it('of a cold key never brings a key back that was revoked while it ran', async () => {
    const world = new KeyCacheWorld();
    const key = world.controlPlane.add(KEY);
    world.controlPlane.tellsStatus = false;
    world.controlPlane.latencyMs = 50;
    const answer = world.cache.resolve(KEY);
    await world.advance(60);
    key.status = 'revoked';
    world.cache.invalidate(change('VK_REVOKED', { virtual_key_id: 'vk_1' }), 'org_1');
    await world.advance(200);
    expect(await answer).toBe(denyKey('virtual_key_revoked'));
    expect(world.events.of('load_overtaken')).toHaveLength(1);
    expect(world.cache.stats().entries).toBe(0);
  });

  it('in the background never brings a key back either', async () => {
    const world = new KeyCacheWorld({ configTtlMs: -1 });
    const key = world.controlPlane.add(KEY);
    world.controlPlane.tellsStatus = false;
    await world.resolve(KEY);
    await world.advance(12 * MINUTE_MS);
    world.controlPlane.latencyMs = 50;
    world.cache.resolve(KEY);
    await world.advance(60);
    key.status = 'revoked';
    world.cache.invalidate(change('VK_REVOKED', { virtual_key_id: 'vk_1' }), 'org_1');
    await world.advance(500);
    expect(world.cache.stats().entries).toBe(0);
  });

  it('gives up after three rounds when its key never stops changing', async () => {
    const world = new KeyCacheWorld();
    world.controlPlane.add(KEY);
    world.controlPlane.latencyMs = 50;
    const answer = world.cache.resolve(KEY);
    for (let round = 0; round < 3; round += 1) {
      await world.advance(60);
      world.cache.invalidate(change('VK_ROTATED', { virtual_key_id: 'vk_1' }), 'org_1');
      await world.advance(40);
    }
    await world.advance(40);
    expect(await answer).toBe(denyKey('auth_upstream_unavailable'));
    expect(world.controlPlane.resolveCalls).toBe(3);
  });

  it('is repeated when a policy of its own organization changed while it ran', async () => {
    const world = new KeyCacheWorld(QUIET);
    world.controlPlane.add(KEY);
    world.controlPlane.latencyMs = 50;
    const answer = world.cache.resolve(KEY);
    world.cache.invalidate(change('ROUTING_POLICY_UPDATED'), 'org_of_others');
    world.cache.invalidate(change('ROUTING_POLICY_UPDATED'), 'org_1');
    await world.advance(200);
    expect(await answer).toMatchObject({ ok: true });
    expect(world.controlPlane.resolveCalls).toBe(2);
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
  });

  it('is served in the end though its organization never stops changing, and checked by the next request', async () => {
    const world = new KeyCacheWorld(QUIET);
    world.controlPlane.add(KEY);
    world.controlPlane.latencyMs = 50;
    const answer = world.cache.resolve(KEY);
    for (let round = 0; round < 3; round += 1) {
      await world.advance(60);
      world.cache.invalidate(change('BUDGET_CREATED'), 'org_1');
      await world.advance(40);
    }
    await world.advance(40);
    expect(await answer).toMatchObject({ ok: true });
    expect(world.cache.resolve(KEY)).toBeInstanceOf(Promise);
  });
});

describe('shutdown', () => {
  it('cuts every flight, answers who waits, leaves no timer, and goes on serving what is held', async () => {
    const world = new KeyCacheWorld({ configTtlMs: -1 });
    world.controlPlane.add(KEY);
    world.controlPlane.add('other');
    await world.resolve(KEY);
    await world.advance(12 * MINUTE_MS);
    world.controlPlane.mode = 'hang_ignoring_abort';
    world.cache.resolve(KEY);
    const waiting = world.cache.resolve('other');
    expect(world.cache.stats().flights).toBe(2);
    await world.cache.stop();
    expect(await waiting).toBe(denyKey('auth_upstream_unavailable'));
    expect(world.cache.stats().flights).toBe(0);
    expect(world.clock.sleeping).toBe(0);
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    expect(world.cache.resolve('other')).toBe(denyKey('auth_upstream_unavailable'));
    expect(world.cache.stats().flights).toBe(0);
  });
});

describe('bounds and numbers', () => {
  it('holds no more keys than allowed and forgets the least recently used', async () => {
    const world = new KeyCacheWorld({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c', 'd']) world.controlPlane.add(key, { organizationId: `org_${key}` });
    for (const key of ['a', 'b', 'c']) await world.resolve(key);
    world.cache.resolve('a');
    await world.resolve('d');
    expect(world.cache.stats()).toMatchObject({ entries: 3, maxEntries: 3, overflows: 1 });
    expect([...world.cache.activeOrganizations].sort()).toEqual(['org_a', 'org_c', 'org_d']);
    expect(world.cache.isActive('org_b')).toBe(false);
  });

  it('counts every lookup as a hit or a miss', async () => {
    const world = new KeyCacheWorld();
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.resolve(KEY);
    await world.resolve(KEY);
    await world.resolve('unknown');
    await world.resolve('');
    expect(world.cache.stats()).toMatchObject({ lookups: 5, hits: 2, misses: 3, entries: 1, organizations: 1 });
  });

  it('refuses options that could not work', () => {
    expect(() => new KeyCacheWorld({ maxEntries: 0 })).toThrow('maxEntries');
    expect(() => new KeyCacheWorld({ foregroundTimeoutMs: 0 })).toThrow('foregroundTimeoutMs');
    expect(() => new KeyCacheWorld({ refreshJitter: 2 })).toThrow('refreshJitter');
    expect(() => new KeyCacheWorld({ hardGraceMs: Number.NaN })).toThrow('finite');
  });

  it('stores digests only', () => {
    expect(digestKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
