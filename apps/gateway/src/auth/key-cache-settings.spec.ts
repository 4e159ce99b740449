import { KeyCache, KeySource, SilentKeyCacheEvents, type ConfigAnswer, type ResolveAnswer } from '#auth-cache';
import { configPayloadSchema } from '#gateway-protocol';
import { SeededRandom, VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { readGatewayConfig } from '../config/gateway-config.js';
import type { Environment } from '../config/variable.js';
import { keyCacheSettings } from './key-cache-settings.js';

const TOKEN_TTL_MS = 900_000;

class CountingSource extends KeySource {
  resolved = 0;
  fetched = 0;
  answers = true;

  constructor(private readonly clock: VirtualClock) {
    super();
  }

  override resolveKey(presentedKey: string): Promise<ResolveAnswer> {
    this.resolved += 1;
    if (!this.answers) return new Promise(() => undefined);
    const exp = Math.floor((this.clock.now() + TOKEN_TTL_MS) / 1000);
    return Promise.resolve({ kind: 'resolved', claims: { vk_id: presentedKey, org_id: 'org_1', exp } });
  }

  override fetchConfig(virtualKeyId: string): Promise<ConfigAnswer> {
    this.fetched += 1;
    const config = configPayloadSchema.parse({ vk_id: virtualKeyId });
    return Promise.resolve({ kind: 'config', config, etag: undefined });
  }
}

class SettingsWorld {
  readonly clock = new VirtualClock();
  readonly source = new CountingSource(this.clock);
  readonly cache: KeyCache;

  constructor(environment: Environment) {
    const secrets = { LW_GATEWAY_INTERNAL_SECRET: 'internal', LW_GATEWAY_JWT_SECRET: 'jwt' };
    const { source, clock } = this;
    this.cache = new KeyCache(
      { source, clock, random: new SeededRandom(1), events: new SilentKeyCacheEvents() },
      keyCacheSettings(readGatewayConfig({ ...secrets, ...environment })),
    );
  }

  async hit(key = 'vk-1'): Promise<void> {
    void this.cache.resolve(key);
    await this.advance(0);
  }

  async advance(durationMs: number): Promise<void> {
    await this.clock.advance(durationMs);
    for (let round = 0; round < 4; round += 1) await this.clock.advance(0);
  }
}

describe('the settings of the key cache', () => {
  it.each([
    ['20', 1],
    ['60', 0],
    ['-1', 0],
  ])('revalidate a configuration at the refresh interval: %s seconds', async (seconds, refreshes) => {
    const world = new SettingsWorld({ LW_GATEWAY_AUTH_CACHE_REFRESH_INTERVAL_SECONDS: seconds });
    await world.hit();
    await world.advance(21_000);
    await world.hit();
    expect(world.source.fetched).toBe(1 + refreshes);
  });

  it.each([
    ['300', 2],
    ['100', 1],
  ])('renew an identity ahead of its end by the threshold: %s seconds', async (seconds, resolved) => {
    const world = new SettingsWorld({
      LW_GATEWAY_AUTH_CACHE_JWT_REFRESH_THRESHOLD_SECONDS: seconds,
      LW_GATEWAY_AUTH_CACHE_REFRESH_INTERVAL_SECONDS: '-1',
    });
    await world.hit();
    await world.advance(TOKEN_TTL_MS - 200_000);
    await world.hit();
    expect(world.source.resolved).toBe(resolved);
  });

  it('hold as many keys as they are told to', async () => {
    const world = new SettingsWorld({ LW_GATEWAY_AUTH_CACHE_LRU_SIZE: '2' });
    for (const key of ['vk-1', 'vk-2', 'vk-3']) await world.hit(key);
    expect(world.cache.stats()).toMatchObject({ entries: 2, overflows: 1 });
  });

  it.each([
    ['3', 3_000],
    ['', 10_000],
  ])('let a request wait for its key as long as a call may take: %s seconds', async (seconds, limitMs) => {
    const world = new SettingsWorld({ LW_GATEWAY_CONTROL_PLANE_REQUEST_TIMEOUT_SECONDS: seconds });
    world.source.answers = false;
    const answer = Promise.resolve(world.cache.resolve('vk-1')).then(({ ok }) => ok);
    const stillWaits = Symbol('waits');
    await world.advance(limitMs - 1);
    expect(await Promise.race([answer, Promise.resolve(stillWaits)])).toBe(stillWaits);
    await world.advance(1);
    expect(await answer).toBe(false);
  });
});
