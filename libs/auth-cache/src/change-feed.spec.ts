import { SeededRandom } from '#kernel';
import { describe, expect, it } from 'vitest';
import { ChangeFeed, type ChangeFeedOptions } from './change-feed.js';
import { denyKey } from './resolution.js';
import { FakeChangeSource } from './testing/fake-change-source.js';
import { KeyCacheWorld } from './testing/key-cache-world.js';

const KEY = 'vk-lw-live_A';
const QUIET = { configTtlMs: -1, refreshThresholdMs: 0 };

class FeedWorld extends KeyCacheWorld {
  readonly source = new FakeChangeSource(this.clock);
  readonly feed: ChangeFeed;

  constructor(options: Partial<ChangeFeedOptions> = {}) {
    super(QUIET);
    const { source, cache, clock, events } = this;
    this.feed = new ChangeFeed({ source, cache, clock, random: new SeededRandom(7), events }, options);
  }

  /** Warms a key of `org_1`, starts the feed and lets it find its place. */
  async followOne(): Promise<void> {
    this.controlPlane.add(KEY);
    await this.resolve(KEY);
    this.feed.start();
    await this.advance(2_000);
    // The first request after the place was found revalidates.
    await this.resolve(KEY);
  }

  revoke(): void {
    for (const key of this.controlPlane.keys.values()) key.status = 'revoked';
    this.source.publish('org_1', 'VK_REVOKED', { virtual_key_id: 'vk_1' });
  }
}

describe('a change feed', () => {
  it('evicts a revoked key as soon as the control plane tells', async () => {
    const world = new FeedWorld();
    await world.followOne();
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    world.revoke();
    await world.settle();
    expect(world.cache.stats().entries).toBe(0);
    expect(await world.resolve(KEY)).toBe(denyKey('virtual_key_revoked'));
    await world.feed.stop();
  });

  it('follows an organization that becomes active later', async () => {
    const world = new FeedWorld();
    world.feed.start();
    await world.advance(60_000);
    expect(world.source.polls).toEqual([]);
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    await world.advance(3_000);
    world.revoke();
    await world.settle();
    expect(world.cache.stats().entries).toBe(0);
    await world.feed.stop();
  });

  it('stops following an organization that has no key any more', async () => {
    const world = new FeedWorld();
    await world.followOne();
    expect(world.feed.stats().organizations).toBe(1);
    world.revoke();
    await world.advance(6_000);
    expect(world.feed.stats().organizations).toBe(0);
    const polls = world.source.polls.length;
    await world.advance(120_000);
    expect(world.source.polls.length).toBe(polls);
    expect(world.source.inFlight).toBe(0);
    await world.feed.stop();
  });

  it('acknowledges the revocation of the last key of an organization, however slow the control plane hears it', async () => {
    const world = new FeedWorld();
    await world.followOne();
    const polls = world.source.polls.length;
    world.revoke();
    await world.settle();
    // The next look for active organizations comes while the acknowledging poll is under way.
    await world.advance(700);
    expect(world.cache.stats().entries).toBe(0);
    expect(world.source.polls.length).toBe(polls + 1);
    expect(world.source.inFlight).toBe(1);
    await world.feed.stop();
  });

  it.each(['current', 'echo', 'absent'] as const)(
    'never replays history, whatever a 204 names as its revision: %s',
    async (quietCursor) => {
      const world = new FeedWorld();
      world.source.quietCursor = quietCursor;
      for (let index = 0; index < 1_200; index += 1) {
        world.source.publish('org_1', 'VK_REVOKED', { virtual_key_id: 'vk_1' });
      }
      await world.followOne();
      expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
      expect(world.events.of('change_evict')).toEqual([]);
      expect(world.source.polls.length).toBeLessThan(8);
      world.revoke();
      await world.settle();
      expect(world.cache.stats().entries).toBe(0);
      await world.feed.stop();
    },
  );

  it('makes up for what happened before it listened: keys held are asked for again', async () => {
    const world = new FeedWorld();
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    world.revoke();
    world.feed.start();
    await world.advance(2_000);
    expect(await world.resolve(KEY)).toBe(denyKey('virtual_key_revoked'));
    await world.feed.stop();
  });

  it('reads every event of many pages, in order and once', async () => {
    const world = new FeedWorld();
    await world.followOne();
    for (let index = 0; index < 1_300; index += 1) world.source.publish('org_1', 'VK_CREATED');
    await world.advance(1_000);
    expect(world.feed.stats().changes).toBe(1_300);
    await world.advance(60_000);
    expect(world.feed.stats().changes).toBe(1_300);
    await world.feed.stop();
  });

  it('follows organizations side by side: one without news does not delay another', async () => {
    const world = new FeedWorld();
    for (let index = 0; index < 40; index += 1) {
      world.controlPlane.add(`key-${index}`, { organizationId: `org_${index}` });
      await world.resolve(`key-${index}`);
    }
    world.feed.start();
    await world.advance(3_000);
    world.source.publish('org_39', 'VK_REVOKED', { virtual_key_id: 'vk_40' });
    await world.settle();
    expect(world.cache.stats().entries).toBe(39);
    expect(world.source.maxInFlight).toBe(40);
    await world.feed.stop();
  });

  it('never polls more at once than allowed, and still comes round to all', async () => {
    const world = new FeedWorld({ concurrentPollsMax: 4 });
    for (let index = 0; index < 12; index += 1) {
      world.controlPlane.add(`key-${index}`, { organizationId: `org_${index}` });
      await world.resolve(`key-${index}`);
    }
    world.feed.start();
    await world.advance(10_000);
    world.source.publish('org_11', 'VK_REVOKED', { virtual_key_id: 'vk_12' });
    await world.advance(12_000);
    expect(world.cache.stats().entries).toBe(11);
    expect(world.source.maxInFlight).toBe(4);
    await world.feed.stop();
  });

  it('backs off with jitter while polls fail, and goes on where it was', async () => {
    const world = new FeedWorld();
    await world.followOne();
    world.source.mode = 'down';
    await world.advance(15_000);
    const before = world.feed.stats().failedPolls;
    await world.advance(60_000);
    const failures = world.feed.stats().failedPolls - before;
    expect(failures).toBeGreaterThanOrEqual(5);
    expect(failures).toBeLessThanOrEqual(13);
    const waits = world.events.of('change_feed_poll_failed').map((event) => Math.round(event.retryInMs));
    expect(new Set(waits.slice(-5)).size).toBeGreaterThan(1);
    world.revoke();
    world.source.mode = 'up';
    await world.advance(10_000);
    expect(world.cache.stats().entries).toBe(0);
    await world.feed.stop();
  });

  it.each(['never_waits', 'stuck_cursor'] as const)(
    'does not spin when the control plane is at fault: %s',
    async (mode) => {
      const world = new FeedWorld();
      await world.followOne();
      world.source.mode = mode;
      world.source.publish('org_1', 'VK_CREATED');
      const before = world.feed.stats().polls;
      await world.advance(30_000);
      expect(world.feed.stats().polls - before).toBeLessThanOrEqual(32);
      await world.feed.stop();
    },
  );

  it('revalidates when the feed goes back, as after a restored database', async () => {
    const world = new FeedWorld();
    world.source.publish('org_1', 'VK_CREATED');
    await world.followOne();
    expect(world.cache.resolve(KEY)).toMatchObject({ ok: true });
    world.source.reset();
    await world.advance(11_000);
    expect(world.cache.resolve(KEY)).toBeInstanceOf(Promise);
    await world.feed.stop();
  });

  it('gives a poll up that never ends', async () => {
    const world = new FeedWorld();
    await world.followOne();
    world.source.mode = 'hang';
    await world.advance(30_000);
    expect(world.feed.stats().failedPolls).toBeGreaterThan(0);
    await world.feed.stop();
  });

  it.each(['up', 'down', 'hang'] as const)('stops at once and leaves nothing behind (%s)', async (mode) => {
    const world = new FeedWorld({ concurrentPollsMax: 1 });
    world.controlPlane.add('b', { organizationId: 'org_2' });
    await world.resolve('b');
    world.source.mode = mode;
    world.controlPlane.add(KEY);
    await world.resolve(KEY);
    world.feed.start();
    await world.advance(5_000);
    await world.feed.stop();
    expect(world.clock.sleeping).toBe(0);
    const polls = world.source.polls.length;
    await world.advance(60_000);
    expect(world.source.polls.length).toBe(polls);
  });

  it('reports a refused shared secret as such', async () => {
    const world = new FeedWorld();
    await world.followOne();
    const failure = { kind: 'secret_refused', detail: 'status 401' } as const;
    world.source.poll = () => Promise.resolve({ kind: 'unavailable', failure });
    await world.advance(20_000);
    expect(world.events.of('control_plane_secret_refused')).not.toEqual([]);
    await world.feed.stop();
  });

  it('refuses options that could not work', () => {
    expect(() => new FeedWorld({ concurrentPollsMax: 0 })).toThrow('at least one poll');
    expect(() => new FeedWorld({ pollHoldSeconds: 60 })).toThrow('1 to 25');
  });
});
