import {
  hashBootstrapBody,
  readBootstrapPage,
  writeBootstrapBody,
  type Bundle,
  type BootstrapKeyInput,
} from '#gateway-protocol';
import { SeededRandom, VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { ChangeFeed } from '../change-feed.js';
import { KeyCache } from '../key-cache.js';
import type { KeyCacheOptions } from '../key-cache-options.js';
import { digestKey } from '../key-digest.js';
import { denyKey } from '../resolution.js';
import { FakeChangeSource } from '../testing/fake-change-source.js';
import { FakeControlPlane } from '../testing/fake-control-plane.js';
import { RecordedEvents } from '../testing/recorded-events.js';
import { BootstrapSource, type BootstrapAnswer } from './bootstrap-source.js';
import { Bootstrap, type BootstrapReport } from './bootstrap.js';

const PAGE_KEYS = 3;
const TOKEN_TTL_SECONDS = 900;

/** Lists the keys of a fake control plane, a few to a page, and does in between what a test wants done. */
class FakeBootstrapSource extends BootstrapSource {
  /** Answers that come before the first page; a function is called and then a page is answered. */
  readonly script: (BootstrapAnswer | (() => void))[] = [];
  readonly cursors: (string | undefined)[] = [];
  revision = '0';

  constructor(
    private readonly clock: VirtualClock,
    private readonly controlPlane: FakeControlPlane,
  ) {
    super();
  }

  override fetchPage(cursor: string | undefined): Promise<BootstrapAnswer> {
    this.cursors.push(cursor);
    const scripted = this.script.shift();
    if (scripted !== undefined && typeof scripted !== 'function') return Promise.resolve(scripted);
    // The page is made before what happens meanwhile, as one that was on its way.
    const answer = this.page(Number(cursor ?? 0));
    scripted?.();
    return Promise.resolve(answer);
  }

  private page(from: number): BootstrapAnswer {
    const active = [...this.controlPlane.keys].filter(([, key]) => key.status === 'active');
    const keys = active.slice(from, from + PAGE_KEYS).map(([presented, key]): BootstrapKeyInput => {
      const claims = { vk_id: key.id, org_id: key.organizationId, vk_expires_at: key.expiresAtSeconds };
      return {
        digest: digestKey(presented),
        claims,
        etag: `e${key.revision}`,
        config: { providers: [0], budgets: [] },
      };
    });
    const end = from + PAGE_KEYS;
    const head = {
      next_cursor: end < active.length ? String(end) : null,
      key_count: keys.length,
      revisions: { org_1: this.revision },
      providers: [{ id: 'mp_1', type: 'openai' }],
      budgets: [],
    };
    const body = writeBootstrapBody(head, keys);
    const exp = Math.floor(this.clock.now() / 1000) + TOKEN_TTL_SECONDS;
    return { kind: 'page', page: readBootstrapPage(body, { keys_sha256: hashBootstrapBody(body), exp }) };
  }
}

class BootstrapWorld {
  readonly clock = new VirtualClock();
  readonly controlPlane = new FakeControlPlane(this.clock);
  readonly source = new FakeBootstrapSource(this.clock, this.controlPlane);
  readonly changes = new FakeChangeSource(this.clock);
  readonly events = new RecordedEvents();
  readonly loaded: Bundle[] = [];
  readonly details: string[] = [];
  readonly stop = new AbortController();
  readonly cache: KeyCache;
  readonly feed: ChangeFeed;
  private readonly bootstrap: Bootstrap;

  constructor(keyCount: number, options: Partial<KeyCacheOptions> = {}) {
    const { clock, events, source, controlPlane, changes, loaded } = this;
    const ports = { clock, random: new SeededRandom(3), events };
    this.cache = new KeyCache({ source: controlPlane, ...ports }, options);
    this.feed = new ChangeFeed({ source: changes, cache: this.cache, ...ports });
    const onLoaded = (bundle: Bundle): void => void loaded.push(bundle);
    this.bootstrap = new Bootstrap(
      { source, cache: this.cache, feed: this.feed, onLoaded, ...ports },
      { keysPerTurn: 2 },
    );
    for (let index = 0; index < keyCount; index += 1) controlPlane.add(this.key(index));
  }

  key(index: number): string {
    return `vk-lw-live_${index}`;
  }

  async run(): Promise<BootstrapReport> {
    const running = this.bootstrap.run((detail) => void this.details.push(detail), this.stop.signal);
    const ended = running.then(() => true);
    while (!(await Promise.race([ended, this.advance(100).then(() => false)])));
    return running;
  }

  async advance(durationMs: number): Promise<void> {
    await this.clock.advance(durationMs);
    for (let round = 0; round < 6; round += 1) await this.clock.advance(0);
  }
}

const DOWN: BootstrapAnswer = { kind: 'unavailable', failure: { kind: 'server_error', detail: 'status 503' } };

describe('a bootstrap', () => {
  it('takes in every active key, page by page, so that none of them costs a question', async () => {
    const world = new BootstrapWorld(7);
    world.controlPlane.add('vk-lw-live_revoked', { status: 'revoked' });
    expect(await world.run()).toMatchObject({ end: 'complete', pages: 3, keys: 7, skipped: 0 });
    for (let index = 0; index < 7; index += 1) {
      expect(world.cache.resolve(world.key(index))).toMatchObject({
        ok: true,
        bundle: { virtualKeyId: `vk_${index + 1}` },
      });
    }
    expect(world.controlPlane.calls).toBe(0);
    expect(world.loaded).toHaveLength(7);
    expect(world.details.at(-1)).toBe('7 keys loaded');
    expect(world.events.of('bootstrap_ended')).toMatchObject([{ end: 'complete', keys: 7 }]);
  });

  it('makes entries that behave like loaded ones: they are renewed ahead of their token and end with their key', async () => {
    const world = new BootstrapWorld(1);
    world.controlPlane.add('vk-short', { expiresAtSeconds: Math.floor(world.clock.now() / 1000) + 100 });
    await world.run();
    expect(world.cache.resolve('vk-short')).toMatchObject({ ok: true });
    await world.advance(101_000);
    expect(world.cache.resolve('vk-short')).toBe(denyKey('virtual_key_expired'));
    await world.advance((TOKEN_TTL_SECONDS - 10) * 1000 - 101_000);
    expect(world.cache.resolve(world.key(0))).toMatchObject({ ok: true });
    expect(world.controlPlane.resolveCalls).toBe(1);
  });

  it('leaves what is held alone', async () => {
    const world = new BootstrapWorld(2);
    void world.cache.resolve(world.key(0));
    await world.advance(0);
    const held = world.cache.resolve(world.key(0));
    expect(await world.run()).toMatchObject({ keys: 1, skipped: 1 });
    expect(world.cache.resolve(world.key(0))).toBe(held);
  });

  it('does not bring back a key that was revoked while its page was on its way', async () => {
    const world = new BootstrapWorld(2);
    world.source.script.push(() => {
      for (const key of world.controlPlane.keys.values()) if (key.id === 'vk_1') key.status = 'revoked';
      world.cache.invalidate({ kind: 'VK_REVOKED', virtual_key_id: 'vk_1', revision: '1' }, 'org_1');
    });
    expect(await world.run()).toMatchObject({ keys: 1, skipped: 1 });
    const answer = world.cache.resolve(world.key(0));
    await world.advance(0);
    expect(await answer).toBe(denyKey('virtual_key_revoked'));
  });

  it('follows the feed from the revision of the page: it hears what came since, and checks nothing else', async () => {
    const world = new BootstrapWorld(2);
    world.source.revision = '1';
    world.changes.publish('org_1', 'VK_CREATED', { virtual_key_id: 'vk_1' });
    world.changes.publish('org_1', 'VK_REVOKED', { virtual_key_id: 'vk_1' });
    world.feed.start();
    await world.run();
    await world.advance(600);
    expect(world.changes.polls[0]).toMatchObject({ organizationId: 'org_1', since: '1' });
    expect(world.cache.stats().entries).toBe(1);
    expect(world.cache.resolve(world.key(1))).toMatchObject({ ok: true });
    expect(world.controlPlane.calls).toBe(0);
    await world.feed.stop();
  });

  it('stops when the cache is full, and evicts nothing for keys that nobody asked for', async () => {
    const world = new BootstrapWorld(7, { maxEntries: 5 });
    expect(await world.run()).toMatchObject({ end: 'full', keys: 5 });
    expect(world.cache.stats()).toMatchObject({ entries: 5, overflows: 0 });
  });

  it('starts without when the control plane does not list its keys', async () => {
    const world = new BootstrapWorld(3);
    world.source.script.push({ kind: 'not_supported' });
    expect(await world.run()).toMatchObject({ end: 'not_supported', keys: 0 });
    expect(world.events.of('bootstrap_ended')).toHaveLength(1);
  });

  it('asks again after an outage, and goes on where it was', async () => {
    const world = new BootstrapWorld(7);
    world.source.script.push(() => undefined, DOWN, DOWN);
    expect(await world.run()).toMatchObject({ end: 'complete', keys: 7 });
    expect(world.source.cursors).toEqual([undefined, '3', '3', '3', '6']);
    expect(world.details.join()).toContain('the control plane gives no more for now: status 503');
  });

  it('gives up an outage after its limit, and keeps what it has', async () => {
    const world = new BootstrapWorld(7);
    world.source.script.push(() => undefined, ...Array.from({ length: 100 }, () => DOWN));
    const report = await world.run();
    expect(report).toMatchObject({ end: 'gave_up', keys: 3 });
    expect(report.durationMs).toBeGreaterThan(20_000);
    expect(report.durationMs).toBeLessThan(31_000);
    expect(world.events.of('bootstrap_page_failed').at(-1)).toMatchObject({ retryInMs: undefined });
  });

  it('ends with the process', async () => {
    const world = new BootstrapWorld(3);
    world.source.script.push(...Array.from({ length: 100 }, () => DOWN));
    const running = world.run();
    await world.advance(1_000);
    world.stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    expect(world.clock.sleeping).toBe(0);
  });
});
