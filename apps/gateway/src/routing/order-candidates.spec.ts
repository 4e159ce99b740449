import { SeededRandom } from '#kernel';
import type { Bundle, RoutingStrategy } from '#gateway-protocol';
import type { ModelRequest } from '#providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadableRequest } from './capability-misses.js';
import type { OrderPorts } from './order-candidates.js';
import type { PlanInput } from './plan.js';
import { bundleWith, places, planOf, policy, target, type ProviderInput } from './testing/plan-fixtures.js';

const IDS = ['a', 'b', 'c', 'd'] as const;
const PROVIDERS: readonly ProviderInput[] = IDS.map((id) => ({ id, type: 'openai' }));

/** The order in which the providers are tried. */
function order(
  strategy: RoutingStrategy,
  ports: Partial<OrderPorts>,
  { weights = {}, rows = PROVIDERS, model = 'gpt-5', change = {} }: Scene = {},
): readonly string[] {
  const bundle = bundleOf(strategy, rows, weights);
  const whole = { random: () => 0, latencyMs: () => undefined, hasHeadroom: () => true, ...ports };
  return places(planOf(bundle, model, { order: whole, ...change })).map((place) => place.split('/')[0] ?? '');
}

const bundles = new Map<string, Bundle>();

/** Made once for all draws of a test. */
function bundleOf(
  strategy: RoutingStrategy,
  rows: readonly ProviderInput[],
  weights: NonNullable<Scene['weights']>,
): Bundle {
  const key = JSON.stringify([strategy, rows, weights]);
  const targets = rows.map(({ id }) => target(id, { weight: weights[id] ?? null }));
  const bundle = bundles.get(key) ?? bundleWith(rows, policy({ strategy, targets }));
  bundles.set(key, bundle);
  return bundle;
}

interface Scene {
  readonly weights?: Readonly<Record<string, number>>;
  readonly rows?: readonly ProviderInput[];
  readonly model?: string;
  readonly change?: Partial<PlanInput>;
}

/** How often each came first. */
function firsts(draws: number, once: () => readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let draw = 0; draw < draws; draw += 1) {
    const [first = 'nobody'] = once();
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return counts;
}

function seeded(seed = 7): () => number {
  const random = new SeededRandom(seed);
  return () => random.next();
}

describe.each(['none', 'fallback'] as const)('the strategy %s', (strategy) => {
  it('keeps the order and leaves nothing to chance', () => {
    const random = (): number => {
      throw new Error('nothing is drawn');
    };
    expect(order(strategy, { random })).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('the strategy weighted', () => {
  it('sends each its share of the first attempts', () => {
    const random = seeded();
    const counts = firsts(10_000, () => order('weighted', { random }, { weights: { a: 6, b: 3, c: 1, d: 0 } }));
    expect(counts.get('a')).toBeGreaterThan(5_800);
    expect(counts.get('a')).toBeLessThan(6_200);
    expect(counts.get('b')).toBeGreaterThan(2_800);
    expect(counts.get('b')).toBeLessThan(3_200);
    expect(counts.get('c')).toBeGreaterThan(850);
    expect(counts.has('d')).toBe(false);
  });

  it('counts a target without a weight as 1, and takes those of weight 0 last, in their order', () => {
    const random = seeded();
    const counts = firsts(4_000, () => order('weighted', { random }));
    for (const id of IDS) expect(counts.get(id)).toBeGreaterThan(900);
    const weights = { a: 0, b: 1, c: 0, d: 1 };
    for (let draw = 0; draw < 20; draw += 1) {
      expect(order('weighted', { random }, { weights }).slice(2)).toEqual(['a', 'c']);
    }
  });

  it('draws the fallbacks by weight as well', () => {
    const random = seeded();
    const seconds = firsts(3_000, () =>
      order('weighted', { random }, { weights: { a: 1e6, b: 9, c: 1, d: 0 } }).slice(1),
    );
    expect(seconds.get('b')).toBeGreaterThan(2_600);
    expect(seconds.get('c')).toBeGreaterThan(200);
  });
});

describe('the strategy least_latency', () => {
  const times: Readonly<Record<string, number>> = { a: 400, b: 100, c: 300, d: 200 };
  const latencyMs = (id: string): number | undefined => times[id];

  it('puts the quicker of two drawn at random first, and the rest by their times', () => {
    const random = seeded();
    const counts = firsts(6_000, () => order('least_latency', { random, latencyMs }));
    // Of the six pairs, b wins three, d two, c one and a none.
    expect(Math.round((counts.get('b') ?? 0) / 100)).toBeCloseTo(30, -1);
    expect(Math.round((counts.get('d') ?? 0) / 100)).toBeCloseTo(20, -1);
    expect(Math.round((counts.get('c') ?? 0) / 100)).toBeCloseTo(10, -1);
    expect(counts.has('a')).toBe(false);
    expect(order('least_latency', { random: () => 0, latencyMs })).toEqual(['b', 'd', 'c', 'a']);
  });

  it('always compares two different ones', () => {
    const draws = fc.tuple(
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
    );
    fc.assert(
      fc.property(draws, ([one, two]) => {
        const left = [one, two];
        expect(order('least_latency', { random: () => left.shift() ?? 0, latencyMs })[0]).not.toBe('a');
      }),
    );
  });

  it('tries one that was never seen before those that were', () => {
    const known = { a: 100, b: 200, c: 300 } as Readonly<Record<string, number>>;
    const random = seeded();
    const counts = firsts(600, () => order('least_latency', { random, latencyMs: (id) => known[id] }));
    expect(counts.get('d')).toBeGreaterThan(200);
  });

  it('knows a model at a provider apart from other models there', () => {
    const bundle = bundleWith([{ id: 'a', type: 'openai' }], {
      ...policy({ strategy: 'least_latency', targets: [target('a'), target('a', { model: 'gpt-5-mini' })] }),
    });
    const ports = {
      random: () => 0,
      hasHeadroom: () => true,
      latencyMs: (_: string, model: string) => (model === 'gpt-5' ? 900 : 10),
    };
    expect(places(planOf(bundle, 'gpt-5', { order: ports }))).toEqual(['a/gpt-5-mini', 'a/gpt-5']);
  });
});

describe('the strategy cheapest', () => {
  const row = (id: string, input: number, output: number): ProviderInput => ({
    id,
    type: 'custom',
    default_price: { input, output },
  });

  it('compares input and a quarter of the output, and puts those without a price last', () => {
    const rows = [{ id: 'free', type: 'custom' }, row('in', 100, 0), row('out', 0, 300), row('both', 50, 180)];
    expect(order('cheapest', {}, { rows, model: 'custom/x' })).toEqual(['out', 'both', 'in', 'free']);
  });

  it('keeps the policy’s order among equals', () => {
    const rows = [row('second', 4, 0), row('first', 3, 4), row('third', 0, 16)];
    expect(order('cheapest', {}, { rows, model: 'custom/x' })).toEqual(['second', 'first', 'third']);
  });
});

describe('the strategy sticky', () => {
  const turn = (...texts: string[]): ReadableRequest => {
    const messages = texts.map((text, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      parts: [{ kind: 'text' as const, text }],
    }));
    const request: ModelRequest = { streams: false, messages, tools: [], parameters: {}, unknownNames: [] };
    return { body: Buffer.from(JSON.stringify(texts)), read: () => request };
  };
  const stick = (request: ReadableRequest, scene: Scene = {}): readonly string[] =>
    order('sticky', {}, { ...scene, change: { request } });
  const questions = Array.from({ length: 400 }, (_, index) => `question ${index}`);

  it('sends every turn of a conversation to the same provider, in the same order of fallback', () => {
    for (const question of questions.slice(0, 40)) {
      expect(stick(turn(question, 'answer', 'and then?'))).toEqual(stick(turn(question)));
    }
  });

  it('spreads conversations by weight', () => {
    const asked = questions.values();
    const counts = firsts(questions.length, () =>
      stick(turn(asked.next().value ?? ''), { weights: { a: 2, b: 1, c: 1, d: 0 } }),
    );
    expect(counts.get('a')).toBeGreaterThan(160);
    expect(counts.get('a')).toBeLessThan(240);
    expect(counts.get('b')).toBeGreaterThan(65);
    expect(counts.get('c')).toBeGreaterThan(65);
    expect(counts.has('d')).toBe(false);
  });

  it('moves only the conversations of a provider that goes, to whom they would have fallen back', () => {
    const without = PROVIDERS.filter(({ id }) => id !== 'b');
    for (const question of questions.slice(0, 100)) {
      const before = stick(turn(question));
      expect(stick(turn(question), { rows: without })).toEqual(before.filter((id) => id !== 'b'));
    }
  });

  it('does not depend on the order in which the policy lists its targets', () => {
    for (const question of questions.slice(0, 20)) {
      expect(stick(turn(question), { rows: [...PROVIDERS].reverse() })).toEqual(stick(turn(question)));
    }
  });

  it('keeps the keys of two customers apart, and has an order for a request that cannot be read', () => {
    const one = stick(turn('hello'));
    expect([...one].sort()).toEqual([...IDS]);
    const unreadable = { body: Buffer.from('{'), read: () => undefined };
    expect([...stick(unreadable)].sort()).toEqual([...IDS]);
    expect(stick(unreadable)).toEqual(order('sticky', {}));
  });
});

describe('headroom', () => {
  it.each(['fallback', 'cheapest', 'sticky', 'weighted', 'least_latency'] as const)(
    'that is used up puts a provider last under %s, behind all that have some',
    (strategy) => {
      const full = ['a', 'c'];
      const result = order(strategy, { random: seeded(), hasHeadroom: (id) => !full.includes(id) });
      expect(result.slice(0, 2).sort()).toEqual(['b', 'd']);
      expect(result.slice(2).sort()).toEqual(full);
    },
  );

  it('that nobody has changes nothing', () => {
    expect(order('fallback', { hasHeadroom: () => false })).toEqual([...IDS]);
  });
});

describe('any order', () => {
  it('has every candidate once', () => {
    const scenes = fc.record({
      strategy: fc.constantFrom<RoutingStrategy>('none', 'fallback', 'weighted', 'least_latency', 'cheapest', 'sticky'),
      weights: fc.dictionary(fc.constantFrom(...IDS), fc.constantFrom(0, 1, 0.001, 1_000_000)),
      full: fc.subarray([...IDS]),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(scenes, ({ strategy, weights, full, seed }) => {
        const result = order(
          strategy,
          { random: seeded(seed), hasHeadroom: (id) => !full.includes(id as 'a') },
          { weights },
        );
        expect([...result].sort()).toEqual([...IDS]);
      }),
    );
  });
});
