import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelIsAllowedAt } from './model-rules.js';
import { planRequest } from './plan.js';
import { PLANNING, bundleWith } from './testing/plan-fixtures.js';

const ids = ['a', 'b', 'c', 'd', 'e'] as const;
const types = fc.constantFrom('openai', 'OpenAI', 'groq', 'custom', 'azure_openai', 'no-such-vendor');
const handles = fc.option(fc.constantFrom('eu', 'us', 'openai', 'GROQ', ''), { nil: null });
const heads = fc.constantFrom(
  '',
  'openai/',
  'Groq/',
  'eu/',
  'us/',
  'custom/',
  'azure_openai/',
  'meta/',
  '/',
  '__proto__/',
);
const tails = fc.oneof(
  fc.constantFrom('gpt-4o', 'gpt-5', 'o3', 'claude-5', 'llama', 'fast', 'constructor', '__proto__', ''),
  fc.string({ maxLength: 8 }),
);
const names = fc.tuple(heads, tails).map(([head, tail]) => head + tail);
const models = fc.array(fc.constantFrom('gpt-4o', 'gpt-5', 'llama', 'meta/llama'), { maxLength: 3 });
const patterns = fc.oneof(
  names,
  names.map((name) => `${name}*`),
  fc.constantFrom('*', 'openai/*', 'gpt-*'),
);

const providers = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...ids),
    type: types,
    handle: handles,
    models,
    deployment_map: fc.dictionary(fc.constantFrom('gpt-4o', 'llama', 'toString'), fc.constant('deployed')),
  }),
  { selector: (row) => row.id, minLength: 1 },
);
const excludedRows = fc.array(fc.record({ id: fc.constantFrom('x', 'y'), type: types, handle: handles }), {
  maxLength: 2,
});

const configs = fc.record(
  {
    model_aliases: fc.dictionary(names, names),
    models_allowed: fc.array(patterns, { maxLength: 3 }).map((list) => (list.length === 1 ? [] : list)),
    providers_allowed: fc.subarray([...ids], { minLength: 3 }),
    routing_mode: fc.constantFrom('none', 'fallback_all', 'policy'),
    routing_excluded_providers: excludedRows,
    access_excluded_providers: excludedRows,
    unpriced_models: fc.constantFrom('allow', 'allow', 'allow', 'refuse'),
  },
  { requiredKeys: [] },
);

const requests = fc.record({
  bundle: fc.tuple(providers, configs).map(([rows, config]) => bundleWith(rows, config)),
  requestedModel: fc.option(names, { nil: undefined }),
  budgetExcludedIds: fc.option(
    fc.subarray([...ids]).map((excluded) => new Set<string>(excluded)),
    { nil: undefined },
  ),
});

describe('any plan of any bundle', () => {
  it('never throws, keeps to the bundle, its access list, its allowed models and its budgets, and keeps the order', () => {
    let plans = 0;
    fc.assert(
      fc.property(requests, (request) => {
        const plan = planRequest({ ...request, ...PLANNING });
        if (plan.kind === 'refused') {
          expect(plan.message).not.toBe('');
          return;
        }
        plans += 1;
        const { modelProviders, routing } = request.bundle;
        const positions = plan.candidates.map(({ modelProvider }) => modelProviders.indexOf(modelProvider));
        expect(positions.length).toBeGreaterThan(0);
        expect(positions).not.toContain(-1);
        expect(positions).toEqual([...new Set(positions)].sort((left, right) => left - right));
        for (const { modelProvider, model } of plan.candidates) {
          expect(model).toBe(plan.model);
          expect(routing.providersAllowed?.has(modelProvider.id)).not.toBe(false);
          expect(request.budgetExcludedIds?.has(modelProvider.id)).not.toBe(true);
          expect(modelIsAllowedAt(routing.modelsAllowed, model, modelProvider)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
    expect(plans).toBeGreaterThan(50);
  });
});
