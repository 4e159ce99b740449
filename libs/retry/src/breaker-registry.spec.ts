import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { BREAKER_GAUGE, BreakerRegistry, type BreakerChange } from './breaker-registry.js';

function fail(registry: BreakerRegistry, id: string, times = 10): void {
  for (let time = 0; time < times; time += 1) registry.acquire(id)?.settle('failure');
}

describe('a breaker registry', () => {
  it('keeps the breakers of different credentials apart and tells of their changes', () => {
    const changes: BreakerChange[] = [];
    const registry = new BreakerRegistry({ clock: new VirtualClock(), onChange: (change) => changes.push(change) });
    fail(registry, 'mp_1');
    expect(registry.acquire('mp_1')).toBeUndefined();
    expect(registry.acquire('mp_2')).toBeDefined();
    expect(changes).toEqual([{ id: 'mp_1', from: 'closed', to: 'open' }]);
    expect([...registry.phases()]).toEqual([
      ['mp_1', 'open'],
      ['mp_2', 'closed'],
    ]);
    expect(BREAKER_GAUGE[registry.phaseOf('mp_1')]).toBe(1);
  });

  it('opens by failures that are reported after the attempt', () => {
    const registry = new BreakerRegistry({ clock: new VirtualClock(), config: { threshold: 2 } });
    registry.recordFailure('mp_1');
    registry.recordFailure('mp_1');
    expect(registry.phaseOf('mp_1')).toBe('open');
  });

  it('forgets the breaker that was used longest ago when there are too many, and no other', () => {
    const registry = new BreakerRegistry({ clock: new VirtualClock(), breakersMax: 2 });
    fail(registry, 'mp_1');
    fail(registry, 'mp_2');
    registry.acquire('mp_1');
    registry.acquire('mp_3')?.settle('success');
    expect([...registry.phases()]).toEqual([
      ['mp_1', 'open'],
      ['mp_3', 'closed'],
    ]);
    expect(registry.phaseOf('mp_2')).toBe('closed');
  });

  it('never forgets a breaker that failed lately for one that did not', async () => {
    const clock = new VirtualClock();
    const registry = new BreakerRegistry({ clock, breakersMax: 2, config: { threshold: 2, windowMs: 1_000 } });
    fail(registry, 'mp_1', 1);
    for (let model = 0; model < 100; model += 1) registry.acquire(`mp_1/${model}`)?.settle('success');
    expect([...registry.phases()].map(([id]) => id)).toEqual(['mp_1', 'mp_1/99']);
    fail(registry, 'mp_1', 1);
    expect(registry.phaseOf('mp_1')).toBe('open');
    fail(registry, 'mp_2', 1);
    await clock.advance(1_000);
    registry.acquire('mp_3');
    expect(
      [...registry.phases()].map(([id]) => id),
      'the failure of mp_2 no longer counts',
    ).toEqual(['mp_1', 'mp_3']);
  });
});

describe('leave of several breakers at once', () => {
  const IDS = ['mp_1', 'mp_1/model'] as const;

  function build(): { registry: BreakerRegistry; clock: VirtualClock; changes: string[] } {
    const clock = new VirtualClock();
    const changes: string[] = [];
    const onChange = ({ id, from, to }: BreakerChange): void => void changes.push(`${id} ${from}>${to}`);
    return { registry: new BreakerRegistry({ clock, config: { threshold: 1 }, onChange }), clock, changes };
  }

  it('is given when all give it, and settles all of them', () => {
    const { registry } = build();
    registry.acquireAll(IDS)?.settle('failure');
    expect(IDS.map((id) => registry.phaseOf(id))).toEqual(['open', 'open']);
  });

  it.each(IDS)('is refused when %s refuses', (id) => {
    const { registry } = build();
    registry.recordFailure(id);
    expect(registry.acquireAll(IDS)).toBeUndefined();
  });

  it.each([[...IDS], [...IDS].reverse()])(
    'takes no probe of %s that the other keeps from being made',
    async (half, open) => {
      const { registry, clock, changes } = build();
      registry.recordFailure(half);
      await clock.advance(60_001);
      registry.recordFailure(open);
      changes.length = 0;
      for (let time = 0; time < 3; time += 1) expect(registry.acquireAll(IDS)).toBeUndefined();
      expect(changes, 'nobody was asked for anything').toEqual([]);
      expect(registry.acquire(half), 'the probe is still to be had').toBeDefined();
    },
  );

  it('is one probe of all that are half open, and a beginning answer closes them', async () => {
    const { registry, clock } = build();
    for (const id of IDS) registry.recordFailure(id);
    await clock.advance(60_001);
    const probe = registry.acquireAll(IDS);
    expect(registry.acquireAll(IDS)).toBeUndefined();
    probe?.answering();
    expect(IDS.map((id) => registry.phaseOf(id))).toEqual(['closed', 'closed']);
    probe?.settle('success');
  });

  it('gives all probes back when it is abandoned', async () => {
    const { registry, clock } = build();
    for (const id of IDS) registry.recordFailure(id);
    await clock.advance(60_001);
    registry.acquireAll(IDS)?.settle('abandoned');
    expect(registry.acquireAll(IDS)).toBeDefined();
  });
});
