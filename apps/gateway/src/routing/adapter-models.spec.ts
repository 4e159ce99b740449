import { VirtualClock } from '#kernel';
import {
  ProviderAdapter,
  UNKNOWN_CAPABILITIES,
  createAdapterRegistry,
  type CredentialRules,
  type Dialect,
  type UpstreamTarget,
} from '#providers';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { listModels } from '../endpoints/models/model-catalogue.js';
import { candidateCapabilities } from './model-traits.js';
import { planRequest, type Plan } from './plan.js';
import { PLANNING, bundleWith } from './testing/plan-fixtures.js';

class AcmeAdapter extends ProviderAdapter {
  override readonly families = ['acme'];
  override readonly models = [{ id: 'acme-large', capabilities: { contextTokens: 32_000 } }, { id: 'acme-small' }];

  override credentialRules(): CredentialRules {
    return { schema: z.strictObject({}), baseUrl: 'refused' };
  }

  override dialects(): readonly Dialect[] {
    return ['x-acme'];
  }

  override target(): UpstreamTarget {
    return { origin: 'https://api.acme.example', path: '/', method: 'POST', headers: {} };
  }
}

const planning = {
  ...PLANNING,
  adapters: createAdapterRegistry({ clock: new VirtualClock(), adapters: [new AcmeAdapter()] }),
};
const bundle = bundleWith([
  { id: 'openai', type: 'openai' },
  { id: 'acme', type: 'acme' },
]);

function plan(requestedModel: string): Plan {
  const planned = planRequest({ ...planning, bundle, requestedModel, budgetExcludedIds: undefined });
  if (planned.kind !== 'planned') throw new Error(planned.message);
  return planned;
}

function placesOf(requestedModel: string): readonly string[] {
  return plan(requestedModel).candidates.map(({ modelProvider, model }) => `${modelProvider.id}: ${model}`);
}

describe('an adapter of one’s own', () => {
  it('is reached by its family before the slash', () => {
    expect(placesOf('acme/anything')).toEqual(['acme: anything']);
    expect(placesOf('ACME/anything')).toEqual(['acme: anything']);
  });

  it('is reached by the bare name of a model that it brings, and by no other', () => {
    expect(placesOf('acme-large')).toEqual(['acme: acme-large']);
    expect(placesOf('gpt-5')).toEqual(['openai: gpt-5']);
  });

  it('says what its models can do', () => {
    const capabilitiesOf = (model: string): unknown =>
      plan(model).candidates.map((candidate) => candidateCapabilities(candidate));
    expect(capabilitiesOf('acme-large')).toEqual([{ ...UNKNOWN_CAPABILITIES, contextTokens: 32_000 }]);
    expect(capabilitiesOf('acme/gpt-5')).toEqual([expect.objectContaining({ tools: true })]);
  });

  it('has its models listed', () => {
    expect(listModels({ bundle, discovered: new Map(), ...planning })).toEqual([
      { id: 'acme-large', object: 'model', created: 0, owned_by: 'acme', context_window: 32_000 },
      { id: 'acme-small', object: 'model', created: 0, owned_by: 'acme' },
    ]);
  });
});
