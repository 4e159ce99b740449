import { VirtualClock } from '#kernel';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeControlPlane } from './testing/fake-control-plane.js';
import { RecordedEvents } from './testing/recorded-events.js';
import { UnknownKeyLimit } from './unknown-key-limit.js';

const OPTIONS = { perSecond: 10, burst: 20, reportIntervalMs: 10_000 };
const { signal } = new AbortController();

let clock: VirtualClock;
let controlPlane: FakeControlPlane;
let events: RecordedEvents;
let limit: UnknownKeyLimit;
let unknownKeys = 0;

beforeEach(() => {
  clock = new VirtualClock();
  controlPlane = new FakeControlPlane(clock);
  events = new RecordedEvents();
  limit = new UnknownKeyLimit(controlPlane, clock, events, OPTIONS);
});

/** Presents keys that nobody issued, no two alike, and answers how many were refused without asking. */
async function present(count: number): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: count }, () => limit.resolveKey(`unknown-${(unknownKeys += 1)}`, signal)),
  );
  return answers.filter(({ kind }) => kind === 'unavailable').length;
}

/** Presents them one after another. */
async function presentInTurn(count: number): Promise<number> {
  let refused = 0;
  for (let index = 0; index < count; index += 1) refused += await present(1);
  return refused;
}

describe('the limit of unknown keys', () => {
  it('lets a burst through, then the rate, and refuses the rest without asking', async () => {
    expect(await presentInTurn(50)).toBe(30);
    expect(controlPlane.resolveCalls).toBe(20);
    await clock.advance(1000);
    expect(await presentInTurn(50)).toBe(40);
    expect(controlPlane.resolveCalls).toBe(30);
  });

  it('is not used up by any number of good keys that are cold at once', async () => {
    for (let index = 0; index < 500; index += 1) controlPlane.add(`good-${index}`);
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) => limit.resolveKey(`good-${index}`, signal)),
    );
    expect(answers.every(({ kind }) => kind === 'resolved')).toBe(true);
  });

  it('never stands between the control plane and a key that was seen to be good', async () => {
    controlPlane.add('good');
    await limit.resolveKey('good', signal);
    await presentInTurn(50);
    expect(await limit.resolveKey('good', signal)).toMatchObject({ kind: 'resolved' });
  });

  it('tells a good key that was never seen to come back, and not that it is invalid', async () => {
    controlPlane.add('new');
    await presentInTurn(50);
    expect(await limit.resolveKey('new', signal)).toMatchObject({
      kind: 'unavailable',
      failure: { kind: 'limited' },
    });
    await clock.advance(1000);
    expect(await limit.resolveKey('new', signal)).toMatchObject({ kind: 'resolved' });
  });

  it('counts what was under way when it was reached against what follows', async () => {
    controlPlane.latencyMs = 100;
    const together = present(60);
    await clock.advance(100);
    expect(await together).toBe(0);
    controlPlane.latencyMs = 0;
    await clock.advance(3_900);
    expect(await presentInTurn(10)).toBe(10);
    await clock.advance(200);
    expect(await presentInTurn(10)).toBeLessThan(10);
  });

  it('forgets that a key was good once the control plane does not know it any more', async () => {
    controlPlane.add('deleted');
    await limit.resolveKey('deleted', signal);
    controlPlane.keys.delete('deleted');
    await presentInTurn(10);
    await limit.resolveKey('deleted', signal);
    await presentInTurn(50);
    expect(await limit.resolveKey('deleted', signal)).toMatchObject({ kind: 'unavailable' });
  });

  it('is not used up by an outage', async () => {
    controlPlane.mode = 'down';
    await presentInTurn(50);
    controlPlane.mode = 'up';
    expect(await presentInTurn(20)).toBe(0);
  });

  it('reports a flood once per interval, with how much it refused', async () => {
    await presentInTurn(50);
    await clock.advance(9_999);
    await presentInTurn(120);
    expect(events.of('unknown_keys_limited')).toHaveLength(1);
    await clock.advance(1);
    await presentInTurn(100);
    expect(events.of('unknown_keys_limited')).toHaveLength(2);
    expect(events.of('unknown_keys_limited')[1]?.refused).toBeGreaterThan(100);
  });

  it('holds over any history: never more questions about unknown keys than the burst and the rate allow', async () => {
    const step = fc.record({ waitMs: fc.nat(3_000), count: fc.nat(60) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        const [ownClock, record] = [new VirtualClock(), new RecordedEvents()];
        const source = new FakeControlPlane(ownClock);
        const own = new UnknownKeyLimit(source, ownClock, record, OPTIONS);
        let elapsedMs = 0;
        for (const { waitMs, count } of steps) {
          await ownClock.advance(waitMs);
          elapsedMs += waitMs;
          for (let index = 0; index < count; index += 1) {
            await own.resolveKey(`unknown-${(unknownKeys += 1)}`, signal);
          }
          expect(source.resolveCalls).toBeLessThanOrEqual(OPTIONS.burst + (elapsedMs * OPTIONS.perSecond) / 1000);
        }
      }),
    );
  });
});
