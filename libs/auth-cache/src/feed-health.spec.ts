import { SeededRandom, VirtualClock } from '#kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeFeed, feedSilenceMaxMs } from './change-feed.js';
import { FeedHealth } from './feed-health.js';
import { KeyCache } from './key-cache.js';
import { denyKey, type Resolution } from './resolution.js';
import { FakeChangeSource, type FakeFeedMode } from './testing/fake-change-source.js';
import { FakeControlPlane } from './testing/fake-control-plane.js';
import { RecordedEvents } from './testing/recorded-events.js';

const KEY = 'vk-lw-live_A';
const CONFIG_TTL_MS = 60_000;
const CHECK_TIMEOUT_MS = 2_000;

/** A key cache that knows how its feed is doing, with a key that is warm and a feed that has found its place. */
class WatchedWorld {
  readonly clock = new VirtualClock();
  readonly controlPlane = new FakeControlPlane(this.clock);
  readonly source = new FakeChangeSource(this.clock);
  readonly cache: KeyCache;
  readonly feed: ChangeFeed;

  constructor(seed = 1) {
    const { clock, source } = this;
    const health = new FeedHealth(clock, feedSilenceMaxMs(10));
    const ports = { clock, random: new SeededRandom(seed), events: new RecordedEvents() };
    this.cache = new KeyCache({ source: this.controlPlane, feedHealth: health, ...ports });
    this.feed = new ChangeFeed({ source, cache: this.cache, health, ...ports });
    this.controlPlane.add(KEY);
  }

  async start(): Promise<void> {
    void this.cache.resolve(KEY);
    await this.advance(0);
    this.feed.start();
    await this.advance(2_000);
    void this.cache.resolve(KEY);
    await this.advance(0);
  }

  async advance(durationMs: number): Promise<void> {
    for (let left = durationMs; left > 0; left -= 500) await this.clock.advance(Math.min(left, 500));
    for (let round = 0; round < 6; round += 1) await this.clock.advance(0);
  }

  revoke(): void {
    for (const key of this.controlPlane.keys.values()) key.status = 'revoked';
    this.source.publish('org_1', 'VK_REVOKED', { virtual_key_id: 'vk_1' });
  }

  async stop(): Promise<void> {
    await Promise.all([this.feed.stop(), this.cache.stop()]);
  }
}

describe('a configuration past its age', () => {
  it('is served at once and checked in the background while the feed is heard', async () => {
    const world = new WatchedWorld();
    await world.start();
    await world.advance(CONFIG_TTL_MS + 1_000);
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    await world.stop();
  });

  it.each<FakeFeedMode>(['down', 'hang'])('is checked before it is served while the feed is lost: %s', async (mode) => {
    const world = new WatchedWorld();
    await world.start();
    world.source.mode = mode;
    await world.advance(CONFIG_TTL_MS + 1_000);
    world.revoke();
    const answer = world.cache.resolve(KEY);
    await world.advance(0);
    expect(await answer).toBe(denyKey('virtual_key_revoked'));
    await world.stop();
  });

  it('is not checked more often than its age asks for, nor before it is due', async () => {
    const world = new WatchedWorld();
    await world.start();
    world.source.mode = 'down';
    await world.advance(30_000);
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    await world.advance(CONFIG_TTL_MS);
    const checked = world.cache.resolve(KEY);
    await world.advance(0);
    expect(await checked).toMatchObject({ ok: true });
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    await world.stop();
  });

  it('is served after the limit of a check when nobody answers, and then not waited for again', async () => {
    const world = new WatchedWorld();
    await world.start();
    world.source.mode = 'hang';
    world.controlPlane.mode = 'hang';
    await world.advance(CONFIG_TTL_MS + 1_000);
    const answer = world.cache.resolve(KEY);
    expect(answer).toBeInstanceOf(Promise);
    await world.advance(CHECK_TIMEOUT_MS);
    expect(await answer).toMatchObject({ ok: true });
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    await world.stop();
  });
});

describe('over any history of feed failures', () => {
  type Step =
    | { readonly act: 'hit' }
    | { readonly act: 'advance'; readonly durationMs: number }
    | { readonly act: 'feed'; readonly mode: FakeFeedMode }
    | { readonly act: 'revoke' };
  const step = fc.oneof<[fc.WeightedArbitrary<Step>, ...fc.WeightedArbitrary<Step>[]]>(
    { weight: 6, arbitrary: fc.constant<Step>({ act: 'hit' }) },
    {
      weight: 6,
      arbitrary: fc.record({ act: fc.constant('advance' as const), durationMs: fc.integer({ min: 1, max: 90_000 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        act: fc.constant('feed' as const),
        mode: fc.constantFrom<FakeFeedMode>('up', 'down', 'hang'),
      }),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ act: 'revoke' }) },
  );

  it('a revoked key is refused within two seconds of a feed that works, else at the age plus one check', async () => {
    let refusals = 0;
    const history = fc.array(step, { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), fc.constantFrom(0, 700), async (steps, seed, latencyMs) => {
        const world = new WatchedWorld(seed);
        await world.start();
        world.controlPlane.latencyMs = latencyMs;
        let revokedAtMs = Number.POSITIVE_INFINITY;
        /** Since when the feed has worked; it has found its place again a while after that. */
        let worksSinceMs = world.clock.now();
        const late: number[] = [];
        const check = (answer: Resolution): void => {
          const sinceMs = world.clock.now() - revokedAtMs;
          if (!answer.ok) refusals += 1;
          const heard = worksSinceMs + 30_000 < revokedAtMs;
          const boundMs = heard ? 2_000 : CONFIG_TTL_MS + CHECK_TIMEOUT_MS;
          if (answer.ok && sinceMs > boundMs) late.push(sinceMs);
        };
        for (const each of steps) {
          if (each.act === 'advance') await world.advance(each.durationMs);
          if (each.act === 'revoke' && revokedAtMs === Number.POSITIVE_INFINITY) {
            world.revoke();
            revokedAtMs = world.clock.now();
          }
          if (each.act === 'feed') {
            world.source.mode = each.mode;
            worksSinceMs = each.mode === 'up' ? Math.min(worksSinceMs, world.clock.now()) : Number.POSITIVE_INFINITY;
          }
          if (each.act !== 'hit') continue;
          const answer = world.cache.resolve(KEY);
          if (answer instanceof Promise) void answer.then(check);
          else check(answer);
          await world.advance(0);
        }
        await world.advance(3_000);
        expect(late).toEqual([]);
        await world.stop();
      }),
      { numRuns: 150 },
    );
    // Histories without a refusal would prove nothing.
    expect(refusals).toBeGreaterThan(100);
  }, 60_000);
});
