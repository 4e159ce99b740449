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
});
