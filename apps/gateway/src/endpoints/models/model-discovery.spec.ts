import type { ModelProvider } from '#gateway-protocol';
import { VirtualClock } from '#kernel';
import type { UpstreamTarget } from '#providers';
import { describe, expect, it } from 'vitest';
import { PLANNING, bundleWith, type ProviderInput } from '../../routing/testing/plan-fixtures.js';
import { ModelDiscovery } from './model-discovery.js';
import { ModelProbe } from './model-probe.js';

type Ids = readonly string[] | undefined;

/** Holds every question until the test answers it. */
class ProbeByHand extends ModelProbe {
  readonly asked: string[] = [];
  readonly aborted: string[] = [];
  private readonly open = new Map<string, (ids: Ids) => void>();

  override list({ origin }: UpstreamTarget, signal: AbortSignal): Promise<Ids> {
    this.asked.push(origin);
    signal.addEventListener('abort', () => this.aborted.push(origin));
    return new Promise((resolve) => this.open.set(origin, resolve));
  }

  answer(origin: string, ids: Ids): void {
    this.open.get(origin)?.(ids);
    this.open.delete(origin);
  }
}

function setUp(): { clock: VirtualClock; probe: ProbeByHand; discovery: ModelDiscovery } {
  const clock = new VirtualClock();
  const probe = new ProbeByHand();
  return { clock, probe, discovery: new ModelDiscovery({ adapters: PLANNING.adapters, probe, clock }) };
}

function rows(...inputs: readonly Partial<ProviderInput>[]): readonly ModelProvider[] {
  return bundleWith(inputs.map((input, index) => ({ id: `mp_${index}`, type: 'custom', ...input }))).modelProviders;
}

const at = (name: string): Partial<ProviderInput> => ({ base_url: `http://${name}` });

describe('model discovery', () => {
  it('lists what each provider says, by model provider', async () => {
    const { clock, probe, discovery } = setUp();
    const found = discovery.discover(rows(at('one'), at('two')));
    probe.answer('http://one', ['a', 'b']);
    await clock.advance(0);
    probe.answer('http://two', ['c']);
    expect(await found).toEqual({
      models: new Map([
        ['mp_0', ['a', 'b']],
        ['mp_1', ['c']],
      ]),
      gaps: [],
    });
    expect(clock.sleeping).toBe(0);
  });

  it('asks a credential once for everybody who wants to know at the same time', async () => {
    const { clock, probe, discovery } = setUp();
    const both = [discovery.discover(rows(at('one'))), discovery.discover(rows(at('one'), at('one')))];
    await clock.advance(0);
    expect(probe.asked).toEqual(['http://one']);
    probe.answer('http://one', ['a']);
    for (const { models } of await Promise.all(both)) expect(models.get('mp_0')).toEqual(['a']);
  });

  it('asks again for another key at the same endpoint', async () => {
    const { clock, probe, discovery } = setUp();
    void discovery.discover(rows(at('one'), { ...at('one'), credentials: { api_key: 'other' } }));
    await clock.advance(0);
    expect(probe.asked).toEqual(['http://one', 'http://one']);
  });

  it.each([
    ['a list for a minute', ['a'], 60_000],
    ['an empty list for five seconds', [], 5_000],
    ['a failure for five seconds', undefined, 5_000],
  ] as const)('remembers %s', async (_what, ids, lifeMs) => {
    const { clock, probe, discovery } = setUp();
    const first = discovery.discover(rows(at('one')));
    probe.answer('http://one', ids);
    const answer = await first;
    await clock.advance(lifeMs - 1);
    expect(await discovery.discover(rows(at('one')))).toEqual(answer);
    expect(probe.asked).toHaveLength(1);
    await clock.advance(1);
    void discovery.discover(rows(at('one')));
    await clock.advance(0);
    expect(probe.asked).toHaveLength(2);
  });

  it('gives a probe five seconds', async () => {
    const { clock, probe, discovery } = setUp();
    const found = discovery.discover(rows(at('slow')));
    await clock.advance(4_999);
    expect(probe.aborted).toEqual([]);
    await clock.advance(1);
    expect(probe.aborted).toEqual(['http://slow']);
    expect(await found).toEqual({ models: new Map(), gaps: ['custom:probe-failed'] });
    expect(clock.sleeping).toBe(0);
  });

  it('asks eight providers at once and gives up on the rest after half a minute', async () => {
    const { clock, probe, discovery } = setUp();
    const names = Array.from({ length: 60 }, (_, index) => `host-${index}`);
    const found = discovery.discover(rows(...names.map(at)));
    await clock.advance(0);
    expect(probe.asked).toHaveLength(8);
    probe.answer('http://host-3', ['a']);
    await clock.advance(0);
    expect(probe.asked).toHaveLength(9);
    await clock.advance(30_000);
    const { models, gaps } = await found;
    expect([...models]).toEqual([['mp_3', ['a']]]);
    expect(gaps).toEqual(['custom:probe-failed']);
    const askedInTime = probe.asked.length;
    await clock.advance(60_000);
    expect(probe.asked).toHaveLength(askedInTime);
    expect(askedInTime).toBeLessThan(60);
  });

  it('names what it could not find out, sorted and once', async () => {
    const { probe, discovery } = setUp();
    const found = discovery.discover(
      rows(
        { type: 'vertex' },
        { type: 'bedrock', deployment_map: { claude: 'arn' } },
        { type: 'vertex' },
        { models: ['declared'] },
        { type: 'Strange, vendor:' },
        { ...at('broken'), models: ['declared'] },
      ),
    );
    probe.answer('http://broken', undefined);
    await Promise.resolve();
    probe.answer('http://broken', undefined);
    expect((await found).gaps).toEqual([
      'custom:probe-failed',
      'strange__vendor_:not-enumerable',
      'vertex:not-enumerable',
    ]);
  });

  it('finds nothing where there is nothing to ask', async () => {
    expect(await setUp().discovery.discover([])).toEqual({ models: new Map(), gaps: [] });
  });
});
