import type { Bundle, ConfigPayloadInput } from '#gateway-protocol';
import { describe, expect, it } from 'vitest';
import { planRequest, type PlanInput } from './plan.js';
import { PLANNING, bundleWith, type ProviderInput } from './testing/plan-fixtures.js';

const OPENAI: ProviderInput = { id: 'openai', type: 'openai' };
const OPENAI_EU: ProviderInput = { id: 'openai-eu', type: 'openai', handle: 'eu' };
const GROQ: ProviderInput = { id: 'groq', type: 'groq' };
const ANTHROPIC: ProviderInput = { id: 'anthropic', type: 'unsupported-vendor' };
const LOCAL: ProviderInput = { id: 'local', type: 'custom', models: ['llama-3', 'gpt-4o'] };
const DEPLOYED: ProviderInput = { id: 'deployed', type: 'custom', deployment_map: { 'gpt-4o': 'prod' } };

/** The ids of the candidates in order with the model asked for, or the refusal's code. */
function planned(bundle: Bundle, requestedModel: string | undefined, change: Partial<PlanInput> = {}): string {
  const plan = planRequest({ bundle, requestedModel, budgetExcludedIds: undefined, ...PLANNING, ...change });
  if (plan.kind === 'refused') return plan.code;
  return `${plan.candidates.map((candidate) => candidate.modelProvider.id).join(' ')}: ${plan.model}`;
}

type Case = readonly [
  rule: string,
  providers: readonly ProviderInput[],
  model: string | undefined,
  expected: string,
  config?: Partial<ConfigPayloadInput>,
];

function table(cases: readonly Case[]): void {
  for (const [rule, providers, model, expected, config] of cases) {
    it(rule, () => expect(planned(bundleWith(providers, config), model)).toBe(expected));
  }
}

describe('a request without a model', () => {
  table([
    ['is refused', [OPENAI], undefined, 'missing_model'],
    ['is refused when the name is empty', [OPENAI], '', 'missing_model'],
    ['is refused when an alias leads to nothing', [OPENAI], 'a', 'missing_model', { model_aliases: { a: '' } }],
    ['is refused before anything else', [], undefined, 'missing_model', { models_allowed: ['x'] }],
  ]);
});

describe('a model that names a vendor', () => {
  table([
    ['goes to all rows of the vendor in order', [OPENAI, GROQ, OPENAI_EU], 'openai/gpt-4o', 'openai openai-eu: gpt-4o'],
    ['goes nowhere else when the vendor is not there', [GROQ, LOCAL], 'openai/gpt-4o', 'model_provider_not_bound'],
    ['is refused as unconfigured without any row', [], 'openai/gpt-4o', 'no_provider_configured'],
    ['names a vendor that routing excludes', [GROQ], 'openai/x', 'model_not_allowed', excluded('routing', 'openai')],
    ['names a vendor that access excludes', [GROQ], 'openai/x', 'model_not_allowed', excluded('access', 'openai')],
    ['names an excluded vendor, and no row is left', [], 'openai/x', 'model_not_allowed', excluded('access', 'openai')],
  ]);
});

describe('a model that names a handle', () => {
  table([
    ['goes to that row only', [OPENAI, OPENAI_EU], 'EU/gpt-4o', 'openai-eu: gpt-4o'],
    ['of an excluded row is refused', [OPENAI], 'us/gpt', 'model_not_allowed', excluded('routing', 'openai', 'us')],
    ['of a row out of access is refused', [OPENAI], 'us/gpt', 'model_not_allowed', excluded('access', 'x', 'us')],
  ]);
});

describe('a bare model', () => {
  table([
    ['goes to the rows that declare it', [OPENAI, LOCAL, DEPLOYED], 'gpt-4o', 'local deployed: gpt-4o'],
    ['else to the vendor that its prefix gives away', [GROQ, LOCAL, OPENAI], 'gpt-5', 'openai: gpt-5'],
    ['else to the rows that declare nothing', [LOCAL, GROQ, OPENAI], 'mixtral', 'groq openai: mixtral'],
    ['else to the only row', [LOCAL], 'mixtral', 'local: mixtral'],
    ['else is not recognized', [LOCAL, DEPLOYED], 'mixtral', 'model_not_recognized'],
    ['with an unknown word before a slash stays whole', [GROQ], 'meta/llama', 'groq: meta/llama'],
    ['is refused as unconfigured without any row', [], 'mixtral', 'no_provider_configured'],
    ['of a known vendor likewise', [], 'gpt-5', 'no_provider_configured'],
    ['of a vendor that was excluded says so', [], 'gpt-5', 'model_not_allowed', excluded('routing', 'openai')],
  ]);
});

describe('an alias', () => {
  const model_aliases = { fast: 'groq/llama-3', 'gpt-4o': 'eu/gpt-5', loop: 'fast' };
  table([
    ['goes where its target goes', [OPENAI, GROQ], 'fast', 'groq: llama-3', { model_aliases }],
    ['wins over a real name', [OPENAI, OPENAI_EU], 'gpt-4o', 'openai-eu: gpt-5', { model_aliases }],
    ['is not followed twice', [OPENAI, LOCAL], 'loop', 'openai: fast', { model_aliases }],
    ['is judged by its target', [GROQ], 'fast', 'groq: llama-3', { model_aliases, models_allowed: ['groq/*'] }],
    ['does not allow its target', [GROQ], 'fast', 'model_not_allowed', { model_aliases, models_allowed: ['fast'] }],
  ]);
});

describe('allowed models', () => {
  const only = (...models_allowed: string[]): Partial<ConfigPayloadInput> => ({ models_allowed });
  table([
    ['are all when the list is empty', [OPENAI], 'gpt-4o', 'openai: gpt-4o', only()],
    ['match literally', [OPENAI], 'gpt-4o', 'openai: gpt-4o', only('gpt-4o')],
    ['do not match a longer name', [OPENAI], 'gpt-4o-mini', 'model_not_allowed', only('gpt-4o')],
    ['match by prefix with a star', [OPENAI], 'gpt-4o-mini', 'openai: gpt-4o-mini', only('gpt-4o*')],
    ['match everything with a star alone', [OPENAI], 'anything', 'openai: anything', only('*')],
    ['match in their own case only', [OPENAI], 'GPT-4o', 'model_not_allowed', only('gpt-4o')],
    ['allow a bare pattern behind a vendor', [OPENAI], 'openai/gpt-4o', 'openai: gpt-4o', only('gpt-*')],
    ['allow a vendor pattern for a bare name', [OPENAI], 'gpt-4o', 'openai: gpt-4o', only('openai/gpt-*')],
    ['allow a vendor pattern behind a handle', [OPENAI_EU], 'eu/gpt-4o', 'openai-eu: gpt-4o', only('openai/*')],
    ['allow a handle pattern', [OPENAI, OPENAI_EU], 'gpt-4o', 'openai-eu: gpt-4o', only('eu/*')],
    ['keep a bare name at the vendor that is allowed', [LOCAL, OPENAI], 'gpt-4o', 'openai: gpt-4o', only('openai/*')],
    ['refuse a vendor that no pattern names', [OPENAI, GROQ], 'groq/x', 'model_not_allowed', only('openai/*')],
    ['refuse before a missing vendor is named', [GROQ], 'openai/x', 'model_not_allowed', only('groq/*')],
    ['do not hide that a vendor is missing', [GROQ], 'openai/x', 'model_provider_not_bound', only('openai/*')],
  ]);
});

describe('what is left of the rows', () => {
  table([
    ['is what access allows', [OPENAI, OPENAI_EU], 'gpt-4o', 'openai-eu: gpt-4o', { providers_allowed: ['openai-eu'] }],
    ['must be something', [OPENAI, GROQ], 'gpt-4o', 'model_not_allowed', { providers_allowed: ['groq'] }],
    ['is what the gateway can speak to', [ANTHROPIC, GROQ], 'llama', 'groq: llama'],
    ['must be within its reach', [ANTHROPIC], 'llama', 'model_provider_not_bound'],
  ]);

  it('must be affordable', () => {
    const bundle = bundleWith([OPENAI, OPENAI_EU]);
    const spent = (...ids: string[]): Partial<PlanInput> => ({ budgetExcludedIds: new Set(ids) });
    expect(planned(bundle, 'gpt-4o', spent('openai'))).toBe('openai-eu: gpt-4o');
    expect(planned(bundle, 'gpt-4o', spent('openai', 'openai-eu'))).toBe('budget_exceeded');
    expect(planned(bundle, 'gpt-4o', spent('groq'))).toBe('openai openai-eu: gpt-4o');
  });

  it('must have a price where the organization wants one', () => {
    const priced: ProviderInput = { id: 'priced', type: 'custom', default_price: { input: 1, output: 2 } };
    const strict = { unpriced_models: 'refuse' } as const;
    expect(planned(bundleWith([LOCAL, priced], strict), 'custom/gpt-4o')).toBe('priced: gpt-4o');
    expect(planned(bundleWith([LOCAL], strict), 'gpt-4o')).toBe('model_not_priced');
    expect(planned(bundleWith([OPENAI], strict), 'gpt-4o')).toBe('openai: gpt-4o');
    expect(planned(bundleWith([LOCAL]), 'gpt-4o')).toBe('local: gpt-4o');
  });
});

describe('the plan says how far the walk may go', () => {
  const plan = (config: Partial<ConfigPayloadInput>): unknown =>
    planRequest({
      bundle: bundleWith([OPENAI], config),
      requestedModel: 'gpt',
      budgetExcludedIds: undefined,
      ...PLANNING,
    });

  it.each([
    [{}, { maxAttempts: 0, onlyFirst: false }],
    [{ fallback: { max_attempts: 2 } }, { maxAttempts: 2, onlyFirst: false }],
    [
      { routing_mode: 'policy', fallback: { max_attempts: 3 } },
      { maxAttempts: 3, onlyFirst: false },
    ],
    [
      { routing_mode: 'none', fallback: { max_attempts: 3 } },
      { maxAttempts: 1, onlyFirst: true },
    ],
  ] as const)('%j', (config, expected) => {
    expect(plan(config)).toMatchObject(expected);
  });
});

describe('a refusal', () => {
  const refusal = (model: string, config: Partial<ConfigPayloadInput> = {}): unknown =>
    planRequest({
      bundle: bundleWith([OPENAI_EU, LOCAL], config),
      requestedModel: model,
      budgetExcludedIds: undefined,
      ...PLANNING,
    });

  it('names what the key reaches', () => {
    expect(refusal('groq/x')).toMatchObject({
      message: 'The provider "groq" is not reachable from this key, which reaches "custom", "openai", "eu".',
      meta: { provider: 'groq', options: '"custom", "openai", "eu"' },
    });
  });

  it('names the policy that excludes a provider', () => {
    expect(refusal('groq/x', { ...excluded('routing', 'groq'), routing_policy_name: 'EU only' })).toMatchObject({
      message: 'The provider "groq" is not part of this key\'s routing policy "EU only".',
    });
  });

  it('names the model, once aliases are applied', () => {
    expect(refusal('a', { models_allowed: ['gpt-4o'], model_aliases: { a: 'openai/gpt-5' } })).toMatchObject({
      message: 'This key may not use the model "gpt-5".',
      meta: { model: 'gpt-5' },
    });
  });
});

function excluded(by: 'routing' | 'access', type: string, handle?: string): Partial<ConfigPayloadInput> {
  return { [`${by}_excluded_providers`]: [{ id: 'gone', type, handle }] };
}
