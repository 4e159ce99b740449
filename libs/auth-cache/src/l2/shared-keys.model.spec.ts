import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resolution } from '../resolution.js';
import type { FakeVirtualKey } from '../testing/fake-control-plane.js';
import { ReplicasWorld, type Replica } from './testing/replicas-world.js';

const REPLICAS = 3;
const KEYS = ['A', 'B'] as const;
type KeyName = (typeof KEYS)[number];

const MINUTE_MS = 60_000;
/** Age from which nothing may be served that was revoked unheard: a configuration's time to live, and what clocks differ. */
const REVOKED_UNHEARD_MS = MINUTE_MS + 5_000;
/** The same for a secret that was rotated: the virtual key lives, and only resolving the secret again tells, as in memory. */
const ROTATED_UNHEARD_MS = 15 * MINUTE_MS + 5_000;

type Step =
  | { readonly act: 'hit'; readonly replica: number; readonly key: KeyName; readonly old: boolean }
  | { readonly act: 'advance'; readonly durationMs: number }
  | { readonly act: 'control_plane'; readonly mode: 'up' | 'down' | 'hang'; readonly latencyMs: number }
  | {
      readonly act: 'store';
      readonly replica: number;
      readonly mode: 'up' | 'down' | 'hang';
      readonly latencyMs: number;
    }
  | { readonly act: 'flush' }
  | { readonly act: 'reboot'; readonly replica: number }
  | Scene
  | {
      readonly act: 'change';
      readonly key: KeyName;
      readonly change: 'revoke' | 'enable' | 'rotate' | 'edit';
      /** The replicas whose feed tells them. */
      readonly heardBy: readonly number[];
    };

/** The end of a key that is shared, with the store away from some and the control plane well or not afterwards. */
interface Scene {
  readonly act: 'scene';
  readonly key: KeyName;
  readonly loader: number;
  readonly reader: number;
  readonly change: 'revoke' | 'rotate';
  readonly heardBy: readonly number[];
  readonly storeAwayFrom: readonly number[];
  /** How long the load takes of which the change may fall into the middle; 0 shares the key before the change. */
  readonly loadMs: number;
  readonly idleMs: number;
  readonly afterwards: 'up' | 'down';
}

const replica = fc.nat({ max: REPLICAS - 1 });
const key = fc.constantFrom(...KEYS);
const latencyMs = fc.constantFrom(0, 0, 20, 300);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ act: fc.constant('hit'), replica, key, old: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('advance'),
      durationMs: fc.oneof(
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 400, max: 90_000 }),
        fc.integer({ min: 90_000, max: 20 * MINUTE_MS }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('control_plane'),
      mode: fc.constantFrom('up', 'up', 'down', 'hang'),
      latencyMs,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('store'),
      replica,
      mode: fc.constantFrom('up', 'up', 'down', 'hang'),
      latencyMs,
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('flush') }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('reboot'), replica }) },
  {
    weight: 4,
    arbitrary: fc.record<Scene>({
      act: fc.constant('scene'),
      key,
      loader: replica,
      reader: replica,
      change: fc.constantFrom('revoke', 'rotate'),
      heardBy: fc.subarray([0, 1, 2]),
      storeAwayFrom: fc.subarray([0, 1, 2]),
      loadMs: fc.constantFrom(0, 200),
      idleMs: fc.constantFrom(0, 7_000, 66_000),
      afterwards: fc.constantFrom('up', 'down'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('change'),
      key,
      change: fc.constantFrom('revoke', 'revoke', 'enable', 'rotate', 'edit'),
      heardBy: fc.subarray([0, 1, 2]),
    }),
  },
);

/** A presented secret: of the key as it is now, or one that was rotated out. */
interface Secret {
  readonly presented: string;
  /** Since when it must not be served, by the clock; undefined while it may be. */
  deadSinceMs: number | undefined;
  rotatedAtMs: number | undefined;
  /** The replicas that were told, by their feeds, that it is dead. */
  readonly toldTo: Set<Replica>;
}

interface Row {
  readonly name: KeyName;
  readonly virtualKey: FakeVirtualKey;
  readonly secrets: Secret[];
}

/**
 * Runs steps against real caches over one shared store and checks every answer against what was true and known.
 *
 * Memory has room for one of the two keys only, so that most requests ask the shared store.
 */
class Model {
  readonly world: ReplicasWorld;
  answers = 0;
  served = 0;
  private readonly replicas: Replica[];
  private readonly stopped: Replica[] = [];
  private readonly rows: readonly Row[];
  private readonly failures: string[] = [];
  private controlPlaneTroubledAtMs = Number.NEGATIVE_INFINITY;
  private revision = 0;

  constructor(seed: number) {
    this.world = new ReplicasWorld(REPLICAS, { negativeTtlMs: 0, maxEntries: 1 }, seed);
    this.replicas = [...this.world.replicas];
    this.rows = KEYS.map((name) => {
      const presented = `vk-lw-live_${name}0`;
      // An organization of its own tells, by the cache's list of active ones, whether a replica holds the key.
      const virtualKey = this.world.controlPlane.add(presented, { id: `vk_${name}`, organizationId: `org_${name}` });
      return {
        name,
        virtualKey,
        secrets: [{ presented, deadSinceMs: undefined, rotatedAtMs: undefined, toldTo: new Set() }],
      };
    });
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const each of steps) {
      await this.take(each);
      expect(this.failures).toEqual([]);
    }
    await this.world.advance(15_000);
    expect(this.failures).toEqual([]);
    for (const { cache } of this.replicas) void cache.stop();
    await this.world.advance(1_000);
    expect(this.world.clock.sleeping).toBe(0);
  }

  get fills(): number {
    return [...this.stopped, ...this.replicas].reduce((sum, { cache }) => sum + (cache.stats().shared?.hits ?? 0), 0);
  }

  private async take(each: Step): Promise<void> {
    const { world } = this;
    switch (each.act) {
      case 'hit':
        this.hit(this.replica(each.replica), this.row(each.key), each.old);
        return world.settle();
      case 'advance':
        return world.advance(each.durationMs);
      case 'control_plane':
        this.controlPlaneTroubledAtMs = world.clock.now();
        world.controlPlane.mode = each.mode;
        world.controlPlane.latencyMs = each.latencyMs;
        return;
      case 'store': {
        const { store } = this.replica(each.replica);
        store.mode = each.mode;
        store.latencyMs = each.latencyMs;
        return;
      }
      case 'flush':
        world.shelf.flush();
        return;
      case 'reboot': {
        const old = this.replica(each.replica);
        this.replicas[each.replica] = world.boot(each.replica);
        this.stopped.push(old);
        old.store.mode = 'down';
        void old.cache.stop();
        return world.settle();
      }
      case 'scene':
        return this.scene(each);
      case 'change':
        this.change(this.row(each.key), each.change, each.heardBy);
        return world.settle();
    }
  }

  private async scene(scene: Scene): Promise<void> {
    const { world } = this;
    const { controlPlane, clock } = world;
    const row = this.row(scene.key);
    const loader = this.replica(scene.loader);
    this.controlPlaneTroubledAtMs = clock.now();
    controlPlane.mode = 'up';
    controlPlane.latencyMs = 0;
    for (const { store } of this.replicas) Object.assign(store, { mode: 'up', latencyMs: 0 });
    this.change(row, 'enable', [0, 1, 2]);
    // Past the time that a change reaches ahead, so that what is loaded now is shared again.
    await world.advance(6_000);
    for (const each of this.rows) if (each !== row) this.hit(loader, each, false);
    await world.settle();
    controlPlane.latencyMs = scene.loadMs;
    this.controlPlaneTroubledAtMs = clock.now();
    this.hit(loader, row, false);
    await world.advance(scene.loadMs);
    for (const index of scene.storeAwayFrom) this.replica(index).store.mode = 'down';
    this.change(row, scene.change, scene.heardBy);
    await world.settle();
    for (const { store } of this.replicas) store.mode = 'up';
    await world.advance(2 * scene.loadMs);
    this.controlPlaneTroubledAtMs = clock.now();
    controlPlane.latencyMs = 0;
    controlPlane.mode = scene.afterwards;
    await world.advance(Math.max(1, scene.idleMs));
    this.hit(this.replica(scene.reader), row, scene.change === 'rotate');
    await world.advance(2_500);
  }

  private change(row: Row, change: Extract<Step, { act: 'change' }>['change'], heardBy: readonly number[]): void {
    const { clock, controlPlane } = this.world;
    const [current] = row.secrets;
    if (current === undefined) throw new Error('a key always has a secret');
    const told = heardBy.map((index) => this.replica(index));
    if (change === 'revoke') {
      row.virtualKey.status = 'revoked';
      for (const secret of row.secrets) {
        secret.deadSinceMs ??= clock.now();
        for (const each of told) secret.toldTo.add(each);
      }
    } else if (change === 'enable') {
      row.virtualKey.status = 'active';
      current.deadSinceMs = undefined;
      current.toldTo.clear();
    } else if (change === 'rotate') {
      current.deadSinceMs ??= clock.now();
      current.rotatedAtMs = clock.now();
      for (const secret of row.secrets) for (const each of told) secret.toldTo.add(each);
      controlPlane.keys.delete(current.presented);
      const presented = `vk-lw-live_${row.name}${row.secrets.length}`;
      const isDead = row.virtualKey.status !== 'active';
      controlPlane.keys.set(presented, row.virtualKey);
      const deadSinceMs = isDead ? clock.now() : undefined;
      row.secrets.unshift({ presented, deadSinceMs, rotatedAtMs: undefined, toldTo: new Set() });
    } else {
      row.virtualKey.revision += 1;
    }
    this.revision += 1;
    const event = { kind: KINDS[change], revision: String(this.revision), virtual_key_id: row.virtualKey.id };
    for (const each of told) each.cache.invalidate(event, row.virtualKey.organizationId);
  }

  private hit(at: Replica, row: Row, old: boolean): void {
    const { clock, controlPlane } = this.world;
    const secret = (old ? row.secrets.at(1) : undefined) ?? row.secrets[0];
    if (secret === undefined) throw new Error('a key always has a secret');
    const askedAtMs = clock.now();
    const held = at.cache.isActive(row.virtualKey.organizationId);
    const wasTold = secret.toldTo.has(at);
    const { deadSinceMs } = secret;
    const removedUntilMs = this.world.shelf.removedUntilMs.get(row.virtualKey.id) ?? 0;
    // Who joins a load that began before the end of the key gets its answer.
    const isCold = !held && at.cache.stats().flights === 0;
    const isRecorded = deadSinceMs !== undefined && removedUntilMs > deadSinceMs;
    const wasUp = controlPlane.mode === 'up' && controlPlane.latencyMs < 300;
    const check = (answer: Resolution): void => {
      this.answers += 1;
      // Whether the secret is as dead, or as alive, as it was when the request began, and nothing was in doubt since.
      const unchanged = secret.deadSinceMs === deadSinceMs;
      const calm = wasUp && this.controlPlaneTroubledAtMs < askedAtMs;
      if (answer.ok) {
        this.served += 1;
        if (unchanged && deadSinceMs !== undefined && wasTold) {
          this.failures.push(`${secret.presented} was served where its end was known`);
        }
        if (unchanged && isCold && isRecorded) {
          this.failures.push(`${secret.presented} came back though the shared store knew of its end`);
        }
        const outlived =
          secret.rotatedAtMs === undefined
            ? deadSinceMs !== undefined && askedAtMs - deadSinceMs > REVOKED_UNHEARD_MS
            : askedAtMs - secret.rotatedAtMs > ROTATED_UNHEARD_MS;
        if (unchanged && outlived && calm && isCold) {
          this.failures.push(`${secret.presented} came back from the shared store long after its end`);
        }
      } else if (unchanged && deadSinceMs === undefined && calm && !this.stopped.includes(at)) {
        const overtaken = at.events.of('load_overtaken').length > 0;
        if (!overtaken) this.failures.push(`${secret.presented} was refused as ${answer.reason} though it is good`);
      }
    };
    const answer = at.cache.resolve(secret.presented);
    if (answer instanceof Promise) void answer.then(check);
    else check(answer);
  }

  private replica(index: number): Replica {
    const found = this.replicas[index];
    if (found === undefined) throw new Error('no such replica');
    return found;
  }

  private row(name: KeyName): Row {
    const found = this.rows.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error('no such key');
    return found;
  }
}

const KINDS = { revoke: 'VK_DISABLED', enable: 'VK_ENABLED', rotate: 'VK_ROTATED', edit: 'VK_CONFIG_UPDATED' };

describe('over any history of three replicas, their store, outages, revocations and rotations', () => {
  it('no key is served where its end is known, none comes back unheard, and none is refused without need', async () => {
    const totals = { answers: 0, served: 0, fills: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), fc.nat(), async (steps, seed) => {
        const model = new Model(seed);
        await model.run(steps);
        totals.answers += model.answers;
        totals.served += model.served;
        totals.fills += model.fills;
      }),
      { numRuns: 200 },
    );
    // Histories in which nothing comes from the store would prove nothing.
    expect(totals.fills).toBeGreaterThan(100);
    expect(totals.served).toBeGreaterThan(500);
  }, 120_000);
});
