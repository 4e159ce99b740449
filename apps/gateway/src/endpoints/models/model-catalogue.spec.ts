import type { ConfigPayloadInput } from '#gateway-protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRequest } from '../../routing/plan.js';
import { PLANNING, bundleWith, type ProviderInput } from '../../routing/testing/plan-fixtures.js';
import { listModels, providersInReach, wantsDiscovery } from './model-catalogue.js';

const OPENAI: ProviderInput = { id: 'openai', type: 'openai' };
const OPENAI_EU: ProviderInput = { id: 'openai-eu', type: 'openai', handle: 'EU' };
const GROQ: ProviderInput = { id: 'groq', type: 'groq' };
const LOCAL: ProviderInput = { id: 'local', type: 'custom', models: ['llama'] };
const DEPLOYED: ProviderInput = { id: 'deployed', type: 'custom', deployment_map: { prod: 'x' } };
const UNSPOKEN: ProviderInput = { id: 'unspoken', type: 'no-such-vendor', models: ['nova'] };

/** The listed models as `id (owner)`. */
function listed(
  providers: readonly ProviderInput[],
  config: Partial<ConfigPayloadInput> = {},
  discovered: Readonly<Record<string, readonly string[]>> = {},
): readonly string[] {
  const models = listModels({
    bundle: bundleWith(providers, config),
    discovered: new Map(Object.entries(discovered)),
    ...PLANNING,
  });
  return models.map(({ id, owned_by }) => `${id} (${owned_by})`);
}

describe('the models of a key', () => {
  it('are an empty list when it has none', () => {
    expect(listed([])).toEqual([]);
  });

  it('have the shape of OpenAI’s', () => {
    const models = listModels({ bundle: bundleWith([LOCAL]), discovered: new Map(), ...PLANNING });
    expect(models).toEqual([{ id: 'llama', object: 'model', created: 0, owned_by: 'custom' }]);
  });

  it('are those that providers list, declare and deploy, sorted and once', () => {
    expect(listed([OPENAI, LOCAL, DEPLOYED], {}, { openai: ['gpt-5', 'gpt-4o'], local: ['llama', 'gpt-4o'] })).toEqual([
      'custom/gpt-4o (custom)',
      'gpt-4o (openai)',
      'gpt-5 (openai)',
      'llama (custom)',
      'prod (custom)',
    ]);
  });

  it('are spelled with the handle of a provider that has one', () => {
    expect(listed([OPENAI, OPENAI_EU], {}, { openai: ['gpt-5'], 'openai-eu': ['gpt-5'] })).toEqual([
      'eu/gpt-5 (openai)',
      'gpt-5 (openai)',
    ]);
  });

  it('are spelled with their vendor where the bare name leads elsewhere', () => {
    expect(listed([OPENAI, GROQ], {}, { groq: ['openai/gpt-oss', 'llama'] })).toEqual([
      'groq/openai/gpt-oss (groq)',
      'llama (groq)',
    ]);
  });

  it('include aliases that lead somewhere, in place of what they shadow', () => {
    const model_aliases = { fast: 'openai/gpt-5', 'gpt-4o': 'groq/llama', lost: 'anthropic/claude-5' };
    expect(listed([OPENAI, GROQ], { model_aliases }, { openai: ['gpt-4o'] })).toEqual([
      'fast (langwatch)',
      'gpt-4o (langwatch)',
      'openai/gpt-4o (openai)',
    ]);
  });

  it('are the literal rules that lead somewhere when no rule is a pattern', () => {
    const models_allowed = ['gpt-5', 'groq/llama', 'anthropic/claude-5'];
    expect(listed([OPENAI, GROQ], { models_allowed }, { openai: ['gpt-4o', 'gpt-5'] })).toEqual([
      'gpt-5 (openai)',
      'groq/llama (groq)',
    ]);
  });

  it('are what the patterns let through, without the patterns', () => {
    const models_allowed = ['gpt-4*', 'o3'];
    expect(listed([OPENAI, LOCAL], { models_allowed }, { openai: ['gpt-4o', 'gpt-5'] })).toEqual([
      'gpt-4o (openai)',
      'o3 (openai)',
    ]);
  });

  it('judge an alias by its target', () => {
    const model_aliases = { good: 'gpt-4o', bad: 'gpt-5' };
    expect(listed([OPENAI], { model_aliases, models_allowed: ['gpt-4o'] })).toEqual([
      'good (langwatch)',
      'gpt-4o (openai)',
    ]);
  });

  it('leave out providers that the key may not use or the gateway cannot speak to', () => {
    const discovered = { openai: ['gpt-5'], unspoken: ['nova-2'] };
    expect(listed([OPENAI, LOCAL, UNSPOKEN], { providers_allowed: ['local', 'unspoken'] }, discovered)).toEqual([
      'llama (custom)',
    ]);
  });

  it('sort by code point, whatever the language', () => {
    const models = ['b', 'B', 'ä', 'a-1', 'a_1', 'a.1'];
    expect(listed([{ id: 'x', type: 'custom', models }]).map((entry) => entry.split(' ')[0])).toEqual([
      'B',
      'a-1',
      'a.1',
      'a_1',
      'b',
      'ä',
    ]);
  });

  it('can each be asked for, whatever the key looks like', () => {
    const name = fc.constantFrom('gpt-4o', 'gpt-5', 'llama', 'openai/gpt-oss', 'eu/llama', 'fast', '');
    const provider = fc.record({
      type: fc.constantFrom('openai', 'groq', 'custom', 'no-such-vendor'),
      handle: fc.constantFrom(null, 'eu', 'openai'),
      models: fc.array(name, { maxLength: 2 }),
    });
    const config = fc.record(
      {
        model_aliases: fc.dictionary(name, name),
        models_allowed: fc.array(fc.oneof(name, fc.constantFrom('*', 'openai/*', 'gpt-*')), { maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    let entries = 0;
    fc.assert(
      fc.property(
        fc.array(provider, { maxLength: 4 }),
        config,
        fc.array(name, { maxLength: 4 }),
        (rows, keyConfig, ids) => {
          const bundle = bundleWith(
            rows.map((row, index) => ({ id: `mp_${index}`, ...row })),
            keyConfig,
          );
          const discovered = new Map(bundle.modelProviders.map((row) => [row.id, ids]));
          const models = listModels({ bundle, discovered, ...PLANNING });
          expect(models.map(({ id }) => id)).toEqual([...new Set(models.map(({ id }) => id))].sort());
          for (const { id, owned_by } of models) {
            entries += 1;
            const plan = planRequest({ bundle, requestedModel: id, budgetExcludedIds: undefined, ...PLANNING });
            expect(plan.kind).toBe('planned');
            const families =
              plan.kind === 'planned' ? plan.candidates.map(({ modelProvider }) => modelProvider.family) : [];
            expect([...families, 'langwatch']).toContain(owned_by);
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(entries).toBeGreaterThan(200);
  });
});

describe('discovery', () => {
  it.each([
    [null, true],
    [[], true],
    [['gpt-5'], false],
    [['gpt-5', 'openai/*'], true],
  ])('with the rules %j is wanted: %s', (models_allowed, wanted) => {
    expect(wantsDiscovery(bundleWith([OPENAI], { models_allowed }))).toBe(wanted);
  });

  it('never reaches for a credential that the key may not use', () => {
    const bundle = bundleWith([OPENAI, GROQ], { providers_allowed: ['groq'] });
    expect(providersInReach(bundle).map(({ id }) => id)).toEqual(['groq']);
    expect(providersInReach(bundleWith([OPENAI, GROQ]))).toHaveLength(2);
  });
});
