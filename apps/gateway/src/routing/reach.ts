import type { Bundle, ExcludedProvider, ModelProvider } from '#gateway-protocol';
import { declaresModel, type AdapterRegistry } from '#providers';
import { inferFamily, type ModelName } from './model-name.js';
import { refuse, type PlanRefusal } from './plan-refusal.js';

/** The most names that a sentence lists. */
const OPTIONS_MAX = 10;

/** The model providers that a name asks for, or why there are none. */
export type Reach = { readonly kind: 'reached'; readonly modelProviders: readonly ModelProvider[] } | PlanRefusal;

/**
 * Finds the model providers that `name` asks for among `modelProviders`, in their order (contract 7.3, step b).
 *
 * `bundle` says why a provider that was asked for by name is not there; `adapters` says which models an adapter brings.
 */
export function reach(
  name: ModelName,
  modelProviders: readonly ModelProvider[],
  bundle: Bundle,
  adapters: Pick<AdapterRegistry, 'find'>,
): Reach {
  switch (name.kind) {
    case 'handle': {
      const { modelProviderId } = name;
      return (
        reached(modelProviders.filter((row) => row.id === modelProviderId)) ??
        unbound(name.handle, bundle, (row) => row.id === modelProviderId)
      );
    }
    case 'family': {
      const { family } = name;
      return (
        reached(modelProviders.filter((row) => row.family === family)) ??
        unbound(family, bundle, (row) => row.family === family)
      );
    }
    case 'bare':
      return reachBare(name.model, modelProviders, bundle, adapters);
  }
}

/**
 * Names what a key reaches, for a person: families sorted, then handles in order, quoted, at most {@link OPTIONS_MAX}
 * (contract 7.3; families give way to handles).
 */
export function nameOptions(modelProviders: readonly ModelProvider[]): string {
  const handles = modelProviders.flatMap((row) => (row.handle === null ? [] : [row.handle]));
  const families = [...new Set(modelProviders.map((row) => row.family))].sort();
  const listedHandles = handles.slice(0, OPTIONS_MAX);
  const listed = [...families.slice(0, OPTIONS_MAX - listedHandles.length), ...listedHandles];
  if (listed.length === 0) return 'no provider';
  const hidden = families.length + handles.length - listed.length;
  return listed.map((name) => `"${name}"`).join(', ') + (hidden > 0 ? ` and ${hidden} more` : '');
}

/**
 * The first of these that is not empty: who declares the model, whose adapter brings it, whose family it is by its
 * prefix, who declares nothing.
 */
function reachBare(
  model: string,
  modelProviders: readonly ModelProvider[],
  bundle: Bundle,
  adapters: Pick<AdapterRegistry, 'find'>,
): Reach {
  const family = inferFamily(model);
  const found =
    reached(modelProviders.filter((row) => declares(row, model))) ??
    reached(modelProviders.filter((row) => adapterDeclares(row, model, adapters))) ??
    reached(modelProviders.filter((row) => row.family === family)) ??
    reached(modelProviders.filter(declaresNothing)) ??
    (modelProviders.length === 1 ? reached(modelProviders) : undefined);
  if (found !== undefined) return found;
  if (bundle.modelProviders.length === 0) return unbound(family ?? model, bundle, (row) => row.family === family);
  const options = nameOptions(bundle.modelProviders);
  return refuse(
    'model_not_recognized',
    `No provider of this key serves the model "${model}". It reaches ${options}. Put the provider before the model, as in "openai/gpt-5", or declare the model at the provider that serves it.`,
    { model, options },
  );
}

/** The reason why a provider that was asked for cannot be used. */
function unbound(asked: string, bundle: Bundle, matches: (row: ExcludedProvider) => boolean): PlanRefusal {
  const { excludedByRouting, excludedByAccess, policyName } = bundle.routing;
  if (excludedByRouting.some(matches)) {
    const policy = policyName === null ? 'routing policy' : `routing policy "${policyName}"`;
    return refuse('model_not_allowed', `The provider "${asked}" is not part of this key's ${policy}.`, {
      provider: asked,
    });
  }
  if (excludedByAccess.some(matches)) {
    return refuse('model_not_allowed', `The provider "${asked}" is not among those that this key may use.`, {
      provider: asked,
    });
  }
  if (bundle.modelProviders.length === 0) {
    return refuse('no_provider_configured', 'This key has no provider to send the request to.');
  }
  const options = nameOptions(bundle.modelProviders);
  return refuse(
    'model_provider_not_bound',
    `The provider "${asked}" is not reachable from this key, which reaches ${options}.`,
    { provider: asked, options },
  );
}

function reached(modelProviders: readonly ModelProvider[]): Reach | undefined {
  return modelProviders.length === 0 ? undefined : { kind: 'reached', modelProviders };
}

function declares(row: ModelProvider, model: string): boolean {
  return row.models.includes(model) || Object.hasOwn(row.deploymentMap, model);
}

function adapterDeclares({ family }: ModelProvider, model: string, adapters: Pick<AdapterRegistry, 'find'>): boolean {
  const adapter = adapters.find(family);
  return adapter !== undefined && declaresModel(adapter, model);
}

function declaresNothing(row: ModelProvider): boolean {
  return row.models.length === 0 && Object.keys(row.deploymentMap).length === 0;
}
