import { VirtualClock } from '#kernel';
import type { UpstreamTarget } from '#providers';
import { describe, expect, it } from 'vitest';
import { PLANNING, bundleWith } from '../../routing/testing/plan-fixtures.js';
import { ModelDirectory } from './model-directory.js';
import { ModelDiscovery } from './model-discovery.js';
import { ModelProbe } from './model-probe.js';

class CountingProbe extends ModelProbe {
  calls = 0;

  override list({ origin }: UpstreamTarget): Promise<readonly string[]> {
    this.calls += 1;
    return Promise.resolve([`${new URL(origin).hostname}-${this.calls}`]);
  }
}

const { adapters, prices } = PLANNING;
const config = (host: string): ReturnType<typeof bundleWith> =>
  bundleWith([{ id: 'mp', type: 'custom', base_url: `http://${host}` }]);

function setUp(): { clock: VirtualClock; probe: CountingProbe; directory: ModelDirectory } {
  const clock = new VirtualClock();
  const probe = new CountingProbe();
  const discovery = new ModelDiscovery({ adapters, probe, clock });
  return { clock, probe, directory: new ModelDirectory(discovery, adapters, prices, clock) };
}

describe('the model directory', () => {
  it('answers a client that keeps asking from memory, for five seconds', async () => {
    const { clock, directory } = setUp();
    const bundle = config('one');
    const first = await directory.of(bundle);
    await clock.advance(4_999);
    expect(await directory.of(bundle)).toBe(first);
    await clock.advance(1);
    expect(await directory.of(bundle)).not.toBe(first);
  });

  it('shows a new configuration at once', async () => {
    const { directory } = setUp();
    expect((await directory.of(config('one'))).models).toMatchObject([{ id: 'one-1' }]);
    expect((await directory.of(config('two'))).models).toMatchObject([{ id: 'two-2' }]);
  });

  it('asks providers again after a minute, and nobody when every model is named', async () => {
    const { clock, probe, directory } = setUp();
    const bundle = config('one');
    await directory.of(bundle);
    await clock.advance(60_000);
    expect((await directory.of(bundle)).models).toMatchObject([{ id: 'one-2' }]);
    const named = bundleWith([{ id: 'mp', type: 'custom', base_url: 'http://one' }], { models_allowed: ['m'] });
    expect(await directory.of(named)).toMatchObject({ models: [{ id: 'm' }], gaps: [] });
    expect(probe.calls).toBe(2);
  });
});
