import type { ConfigPayloadInput } from '#gateway-protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelIsAllowedAt } from './model-rules.js';
import { planRequest, type PlanInput } from './plan.js';
import { PLANNING, bundleWith, places, planOf, policy, target, type ProviderInput } from './testing/plan-fixtures.js';

const OPENAI: ProviderInput = { id: 'openai', type: 'openai', labels: ['region:us'] };
const OPENAI_EU: ProviderInput = { id: 'openai-eu', type: 'openai', handle: 'eu', labels: ['region:eu', 'zdr'] };
const GROQ: ProviderInput = { id: 'groq', type: 'groq', labels: ['region:eu'] };
const ALL = [OPENAI, OPENAI_EU, GROQ];

/** What becomes of a request: the candidates in order, or the refusal's code. */
function planned(config: Partial<ConfigPayloadInput>, model: string, change: Partial<PlanInput> = {}): string {
  const bundle = bundleWith(ALL, config);
  const plan = planRequest({ bundle, requestedModel: model, budgetExcludedIds: undefined, ...PLANNING, ...change });
  return plan.kind === 'refused' ? plan.code : places(plan).join(' ');
}

describe('a policy’s targets', () => {
  it('are tried in the order of the policy, not of the key', () => {
    const targets = [target('groq', { model: 'llama-3' }), target('openai-eu'), target('openai')];
    expect(planned(policy({ targets }), 'gpt-5')).toBe('groq/llama-3 openai-eu/gpt-5 openai/gpt-5');
  });

  it('may change the model along the chain, also at the same provider', () => {
    const targets = [target('openai'), target('openai', { model: 'gpt-5-mini' }), target('groq', { model: 'llama-3' })];
    expect(planned(policy({ targets }), 'gpt-5')).toBe('openai/gpt-5 openai/gpt-5-mini groq/llama-3');
  });

  it('without a model of their own are for what the name reaches only', () => {
    const targets = [target('groq'), target('openai')];
    expect(planned(policy({ targets }), 'gpt-5')).toBe('openai/gpt-5');
  });

  it('stand for a name that reaches nothing by itself when they name a model of their own', () => {
    const config = policy({ targets: [target('groq', { model: 'llama-3' })] });
    expect(planned({ ...config, models_allowed: ['our-model', 'llama-3'] }, 'our-model')).toBe('groq/llama-3');
  });

  it('may be none, which means every provider that the name reaches', () => {
    expect(planned(policy({ targets: [] }), 'gpt-5')).toBe('openai/gpt-5 openai-eu/gpt-5');
  });

  it('are for the models that they say, by whole name or beginning, and else for all', () => {
    const targets = [
      target('groq', { model: 'llama-3', when_models: ['gpt-5'] }),
      target('openai-eu', { when_models: ['gpt-5*'] }),
      target('openai'),
    ];
    expect(planned(policy({ targets }), 'gpt-5')).toBe('groq/llama-3 openai-eu/gpt-5 openai/gpt-5');
    expect(planned(policy({ targets }), 'gpt-5-mini')).toBe('openai-eu/gpt-5-mini openai/gpt-5-mini');
    expect(planned(policy({ targets }), 'gpt-4o')).toBe('openai/gpt-4o');
  });

  it('are judged by the model behind an alias', () => {
    const targets = [target('groq', { model: 'llama-3', when_models: ['gpt-5'] })];
    expect(planned({ ...policy({ targets }), model_aliases: { smart: 'gpt-5' } }, 'smart')).toBe('groq/llama-3');
  });

  it('that fit no model leave it without a place, and say so', () => {
    const targets = [target('openai', { when_models: ['gpt-4*'] })];
    expect(planned(policy({ targets }), 'gpt-5')).toBe('model_not_allowed');
  });

  it('that the key does not have are passed over', () => {
    expect(planned(policy({ targets: [target('gone'), target('openai')] }), 'gpt-5')).toBe('openai/gpt-5');
  });

  it('never reach a model that the key may not use', () => {
    const targets = [target('groq', { model: 'llama-3' }), target('openai')];
    expect(planned({ ...policy({ targets }), models_allowed: ['gpt-5'] }, 'gpt-5')).toBe('openai/gpt-5');
    expect(planned({ ...policy({ targets }), models_allowed: ['gpt-5', 'groq/*'] }, 'gpt-5')).toBe(
      'groq/llama-3 openai/gpt-5',
    );
  });

  it('never reach a provider that the key may not use', () => {
    const targets = [target('groq', { model: 'llama-3' }), target('openai')];
    expect(planned({ ...policy({ targets }), providers_allowed: ['openai'] }, 'gpt-5')).toBe('openai/gpt-5');
  });

  it('count for nothing unless the key’s mode is a policy', () => {
    const config = { ...policy({ targets: [target('groq', { model: 'llama-3' })] }), routing_mode: 'none' as const };
    expect(planned(config, 'gpt-5')).toBe('openai/gpt-5 openai-eu/gpt-5');
  });
});

describe('a provider that the client named itself', () => {
  const targets = [target('groq', { model: 'llama-3' }), target('openai'), target('openai-eu')];

  it('by its vendor is never left for another vendor', () => {
    expect(planned(policy({ targets }), 'openai/gpt-5')).toBe('openai/gpt-5 openai-eu/gpt-5');
    expect(planned(policy({ targets: [target('groq', { model: 'llama-3' })] }), 'openai/gpt-5')).toBe(
      'model_not_allowed',
    );
  });

  it('by its handle is never left for another row', () => {
    expect(planned(policy({ targets }), 'eu/gpt-5')).toBe('openai-eu/gpt-5');
  });

  it('is not left for a canary either', () => {
    const canary = { model_provider_id: 'groq', model: 'llama-3', percent: 100 };
    expect(planned(policy({ targets, canary }), 'openai/gpt-5')).toBe('openai/gpt-5 openai-eu/gpt-5');
  });
});

describe('labels that a policy demands', () => {
  it('keep a request from every provider that lacks one of them, also as a fallback', () => {
    expect(planned(policy({ required_labels: ['region:eu'] }), 'gpt-5')).toBe('openai-eu/gpt-5');
    const targets = [target('openai'), target('groq', { model: 'llama-3' }), target('openai-eu')];
    expect(planned(policy({ targets, required_labels: ['region:eu'] }), 'gpt-5')).toBe('groq/llama-3 openai-eu/gpt-5');
    expect(planned(policy({ targets, required_labels: ['region:eu', 'zdr'] }), 'gpt-5')).toBe('openai-eu/gpt-5');
  });

  it('refuse the request when nobody carries them, rather than send it elsewhere', () => {
    const refused = planRequest({
      bundle: bundleWith(ALL, policy({ required_labels: ['region:ch'] })),
      requestedModel: 'gpt-5',
      budgetExcludedIds: undefined,
      ...PLANNING,
    });
    expect(refused).toMatchObject({ code: 'model_not_allowed', meta: { required_labels: ['region:ch'] } });
  });

  it('hold for a canary and for a pinned provider as well', () => {
    const canary = { model_provider_id: 'openai', percent: 100 };
    expect(planned(policy({ canary, required_labels: ['zdr'] }), 'gpt-5')).toBe('openai-eu/gpt-5');
    expect(planned(policy({ required_labels: ['zdr'] }), 'groq/llama-3')).toBe('model_not_allowed');
  });
});

describe('a canary', () => {
  const drawing = (...numbers: number[]): Partial<PlanInput> => {
    const left = [...numbers];
    return { order: { random: () => left.shift() ?? 0, latencyMs: () => undefined, hasHeadroom: () => true } };
  };
  const targets = [target('openai'), target('openai-eu')];

  it('comes first for its share of requests, and is no candidate of the others', () => {
    const config = policy({ targets, canary: { model_provider_id: 'groq', model: 'llama-3', percent: 10 } });
    expect(planned(config, 'gpt-5', drawing(0.0999))).toBe('groq/llama-3 openai/gpt-5 openai-eu/gpt-5');
    expect(planned(config, 'gpt-5', drawing(0.1))).toBe('openai/gpt-5 openai-eu/gpt-5');
  });

  it('that is a target as well keeps its place for the others', () => {
    const config = policy({ targets, canary: { model_provider_id: 'openai-eu', percent: 10 } });
    expect(planned(config, 'gpt-5', drawing(0))).toBe('openai-eu/gpt-5 openai/gpt-5');
    expect(planned(config, 'gpt-5', drawing(0.5))).toBe('openai/gpt-5 openai-eu/gpt-5');
  });

  it('is not mistaken for a target at the same provider with another model', () => {
    const mini = [target('openai', { model: 'gpt-5-mini' }), target('openai-eu')];
    const config = policy({ targets: mini, canary: { model_provider_id: 'openai', percent: 10 } });
    expect(planned(config, 'gpt-5', drawing(0))).toBe('openai/gpt-5 openai/gpt-5-mini openai-eu/gpt-5');
    expect(planned(config, 'gpt-5', drawing(0.5))).toBe('openai/gpt-5-mini openai-eu/gpt-5');
  });

  it('works beside a policy that lists no targets', () => {
    const config = policy({ canary: { model_provider_id: 'openai', model: 'gpt-5-new', percent: 10 } });
    expect(planned(config, 'gpt-5', drawing(0))).toBe('openai/gpt-5-new openai/gpt-5 openai-eu/gpt-5');
    expect(planned(config, 'gpt-5', drawing(0.5))).toBe('openai/gpt-5 openai-eu/gpt-5');
  });

  it('serves everybody when nobody else is left', () => {
    const config = policy({ targets, canary: { model_provider_id: 'groq', model: 'llama-3', percent: 10 } });
    const budgetExcludedIds = new Set(['openai', 'openai-eu']);
    expect(planned(config, 'gpt-5', { ...drawing(0.5), budgetExcludedIds })).toBe('groq/llama-3');
  });

  it('of no percent never comes first, of a hundred always', () => {
    const canary = (percent: number): Partial<ConfigPayloadInput> =>
      policy({ targets, canary: { model_provider_id: 'openai-eu', percent } });
    expect(planned(canary(0), 'gpt-5', drawing(0))).toBe('openai/gpt-5 openai-eu/gpt-5');
    expect(planned(canary(100), 'gpt-5', drawing(0.999_999))).toBe('openai-eu/gpt-5 openai/gpt-5');
  });

  it('is none for a model that its own target is not for', () => {
    const only = [target('openai'), target('groq', { model: 'llama-3', when_models: ['gpt-4*'] })];
    const config = policy({ targets: only, canary: { model_provider_id: 'groq', model: 'llama-3', percent: 100 } });
    expect(planned(config, 'gpt-5')).toBe('openai/gpt-5');
    expect(planned(config, 'gpt-4o')).toBe('groq/llama-3 openai/gpt-4o');
  });
});

describe('the decisions of a plan', () => {
  it('give every candidate its place and everybody left out a reason, in order', () => {
    const canary = { model_provider_id: 'openai', model: 'gpt-5-new', percent: 100 };
    const targets = [target('openai-eu'), target('groq', { model: 'llama-3' }), target('openai')];
    const bundle = bundleWith([...ALL, { id: 'local', type: 'custom', labels: ['region:eu'] }], {
      ...policy({ targets: [...targets, target('local', { model: 'qwen' })], canary }),
      providers_allowed: ['openai', 'openai-eu', 'local'],
    });
    const { decisions } = planOf(bundle, 'gpt-5', { budgetExcludedIds: new Set(['local']) });
    expect(decisions.map((each) => [each.modelProviderId, each.model, each.planned, each.reason])).toEqual([
      ['openai', 'gpt-5-new', true, 'first: the canary'],
      ['openai-eu', 'gpt-5', true, 'next in order'],
      ['openai', 'gpt-5', true, 'next in order'],
      ['groq', 'llama-3', false, 'not among the providers of this key'],
      ['local', 'qwen', false, 'its own budget is used up'],
    ]);
  });

  it('name the label, the adapter, the endpoint, the price and the headroom that are missing', () => {
    const unknown: ProviderInput = { id: 'x', type: 'no-such-vendor', labels: ['a'], models: ['gpt-5'] };
    const custom: ProviderInput = { id: 'free', type: 'custom', labels: ['a'], models: ['gpt-5'] };
    const good: ProviderInput = { id: 'good', type: 'openai', labels: ['a'], models: ['gpt-5'] };
    const bundle = bundleWith([{ ...good, id: 'bare', labels: [] }, unknown, custom, good], {
      ...policy({ required_labels: ['a'] }),
      unpriced_models: 'refuse',
    });
    const order = { random: () => 0, latencyMs: () => undefined, hasHeadroom: () => false };
    const { decisions } = planOf(bundle, 'gpt-5', { order });
    expect(decisions.map((each) => `${each.modelProviderId}: ${each.reason}`)).toEqual([
      "good: last: the provider's rate limit leaves no room",
      'bare: without the label "a"',
      'x: this gateway has no adapter for it',
      'free: without a price',
    ]);
  });

  it('say of a canary that was not drawn that it is there for others', () => {
    const canary = { model_provider_id: 'groq', model: 'llama-3', percent: 10 };
    const order = { random: () => 0.5, latencyMs: () => undefined, hasHeadroom: () => true };
    const { decisions } = planOf(bundleWith(ALL, policy({ canary })), 'gpt-5', { order });
    expect(decisions.at(-1)).toMatchObject({
      modelProviderId: 'groq',
      planned: false,
      reason: 'the canary of other requests',
    });
  });
});

describe('any plan of any policy', () => {
  const ids = fc.constantFrom('openai', 'openai-eu', 'groq', 'gone');
  const model = fc.option(fc.constantFrom('gpt-5', 'gpt-5-mini', 'llama-3'), { nil: null });
  const targets = fc.array(
    fc.record({
      model_provider_id: ids,
      model,
      weight: fc.constantFrom(null, 0, 1, 5),
      when_models: fc.constantFrom<string[] | null>(null, ['gpt-*'], ['llama-3'], ['*']),
    }),
    { maxLength: 5 },
  );
  const share = fc.option(fc.record({ model_provider_id: ids, model, percent: fc.integer({ min: 0, max: 100 }) }), {
    nil: null,
  });
  const scenes = fc.record({
    members: fc.record({
      strategy: fc.constantFrom('none', 'fallback', 'weighted', 'least_latency', 'cheapest', 'sticky'),
      targets,
      canary: share,
      required_labels: fc.constantFrom<string[] | null>(null, ['region:eu'], ['zdr']),
    }),
    modelsAllowed: fc.constantFrom<string[]>([], ['gpt-*'], ['openai/*', 'llama-3']),
    requested: fc.constantFrom('gpt-5', 'llama-3', 'openai/gpt-5', 'eu/gpt-5', 'groq/llama-3'),
    excluded: fc.subarray(['openai', 'openai-eu', 'groq']),
    full: fc.subarray(['openai', 'openai-eu', 'groq']),
    drawn: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 8 }),
  });

  it('has a candidate, none that label, rule, budget or pin forbids, and a decision for each in order', () => {
    let plans = 0;
    fc.assert(
      fc.property(scenes, ({ members, modelsAllowed, requested, excluded, full, drawn }) => {
        let draws = 0;
        const bundle = bundleWith(ALL, { ...policy(members), models_allowed: modelsAllowed });
        const order = {
          random: () => drawn[(draws += 1) % drawn.length] ?? 0,
          latencyMs: () => undefined,
          hasHeadroom: (id: string) => !full.includes(id),
        };
        const budgetExcludedIds = new Set(excluded);
        const plan = planRequest({ bundle, requestedModel: requested, budgetExcludedIds, ...PLANNING, order });
        if (plan.kind === 'refused') return;
        plans += 1;
        expect(plan.candidates.length).toBeGreaterThan(0);
        for (const candidate of plan.candidates) {
          const { id, family, handle, labels } = candidate.modelProvider;
          expect(labels).toEqual(expect.arrayContaining(members.required_labels ?? []));
          expect(modelIsAllowedAt(bundle.routing.modelsAllowed, candidate.model, candidate.modelProvider)).toBe(true);
          expect(budgetExcludedIds.has(id)).toBe(false);
          const [pin, rest] = requested.split('/');
          if (rest !== undefined) expect([family, handle]).toContain(pin);
        }
        const decided = plan.decisions.filter((decision) => decision.planned);
        expect(decided.map((each) => `${each.modelProviderId}/${each.model}`)).toEqual(places(plan));
      }),
      { numRuns: 1_000 },
    );
    expect(plans).toBeGreaterThan(100);
  });
});
