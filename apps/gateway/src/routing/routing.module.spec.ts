import { VirtualClock } from '#kernel';
import { BreakerRegistry } from '#retry';
import { register } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { RoutingModule } from './routing.module.js';

describe('gateway_circuit_state', () => {
  it('shows model providers, and no name of a model that a client made up', async () => {
    const breakers = new BreakerRegistry({ clock: new VirtualClock(), config: { threshold: 1 } });
    expect(new RoutingModule(breakers)).toBeDefined();
    breakers.acquireAll(['mp_1', 'mp_1/made-up'])?.settle('failure');
    const metric = await register.getSingleMetric('gateway_circuit_state')?.get();
    expect(metric?.values.map(({ labels, value }) => [labels, value])).toEqual([[{ credential_id: 'mp_1' }, 1]]);
  });
});
