import type { PriceBook } from '#budget';
import { resolvePrice } from '#budget';
import type { Bundle, ExcludedProvider, ModelProvider } from '#gateway-protocol';
import type { AdapterRegistry } from '#providers';
import type { Candidate } from './candidate.js';
import { inferFamily, readModelName, type ModelName } from './model-name.js';
import { nameOptions } from './reach.js';

/** Where a request may go, in the order in which candidates are tried. */
export interface Plan {
  readonly kind: 'planned';
  readonly candidates: readonly Candidate[];
  /** The model that will be asked for. */
  readonly model: string;
  /** Attempts allowed; 0 means one per candidate. */
  readonly maxAttempts: number;
  /** True when only the first candidate may be tried, whatever its breaker says. */
  readonly onlyFirst: boolean;
}

/** Codes by which planning refuses a request. */
export type PlanRefusalCode =
  | 'missing_model'
  | 'model_not_allowed'
  | 'model_not_recognized'
  | 'model_not_priced'
  | 'model_provider_not_bound'
  | 'no_provider_configured'
  | 'budget_exceeded';

/** Why a request has nowhere to go, in public words. */
export interface PlanRefusal {
  readonly kind: 'refused';
  readonly code: PlanRefusalCode;
  readonly message: string;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** Everything that a plan depends on: planning is a pure function of it. */
export interface PlanInput {
  readonly bundle: Bundle;
  /** The model as the client named it. */
  readonly requestedModel: string | undefined;
  /** Model providers whose own budget is used up. */
  readonly budgetExcludedIds: ReadonlySet<string> | undefined;
  readonly adapters: AdapterRegistry;
  readonly prices: PriceBook;
  /** Milliseconds since the epoch, for prices. */
  readonly nowMs: number;
}

/**
 * Decides which model providers may serve a request, and in which order (contract 7.2 and 7.3).
 *
 * The order is the bundle's. Each filter that empties the list names its own reason.
 */
export function planRequest(input: PlanInput): Plan | PlanRefusal {
  const { bundle, requestedModel } = input;
  if (requestedModel === undefined) {
    return refuse('missing_model', 'The request names no model. Put its name in the top-level "model" field.');
  }
  const name = readModelName(requestedModel, bundle);
  if (!isAllowed(name, bundle.routing.modelsAllowed)) {
    return refuse('model_not_allowed', `This key may not use the model "${name.model}".`, { model: name.model });
  }
  const reached = reach(name, bundle);
  if ('kind' in reached) return reached;
  const candidates = narrow(reached, name, input);
  if ('kind' in candidates) return candidates;
  return {
    kind: 'planned',
    candidates,
    model: name.model,
    maxAttempts: bundle.routing.maxAttempts,
    onlyFirst: bundle.routing.mode === 'none',
  };
}

/** `*` at the end of a pattern matches any rest; a pattern is judged against the bare and the prefixed spelling. */
function isAllowed(name: ModelName, patterns: readonly string[] | null): boolean {
  if (patterns === null) return true;
  const family = name.kind === 'family' ? name.family : name.kind === 'bare' ? inferFamily(name.model) : undefined;
  const spellings = [name.model];
  if (family !== undefined) spellings.push(`${family}/${name.model}`);
  if (name.kind === 'handle') spellings.push(`${name.handle}/${name.model}`);
  return patterns.some((pattern) =>
    spellings.some((spelling) =>
      pattern.endsWith('*') ? spelling.startsWith(pattern.slice(0, -1)) : spelling === pattern,
    ),
  );
}

/** Step b of contract 7.3: the model providers that the name asks for. */
function reach(name: ModelName, bundle: Bundle): readonly ModelProvider[] | PlanRefusal {
  const { modelProviders } = bundle;
  if (name.kind === 'handle') {
    const pinned = modelProviders.filter((row) => row.id === name.modelProviderId);
    return pinned.length > 0 ? pinned : exclusionOf((row) => row.id === name.modelProviderId, name.handle, bundle);
  }
  if (name.kind === 'family') {
    const ofFamily = modelProviders.filter((row) => row.family === name.family);
    return ofFamily.length > 0 ? ofFamily : exclusionOf((row) => row.family === name.family, name.family, bundle);
  }
  return reachBare(name.model, bundle);
}

function reachBare(model: string, bundle: Bundle): readonly ModelProvider[] | PlanRefusal {
  const { modelProviders } = bundle;
  const declaring = modelProviders.filter(
    (row) => row.models.includes(model) || Object.hasOwn(row.deploymentMap, model),
  );
  if (declaring.length > 0) return declaring;
  const family = inferFamily(model);
  const inferred = modelProviders.filter((row) => row.family === family);
  if (inferred.length > 0) return inferred;
  const undeclared = modelProviders.filter(
    (row) => row.models.length === 0 && Object.keys(row.deploymentMap).length === 0,
  );
  if (undeclared.length > 0) return undeclared;
  if (modelProviders.length === 1) return modelProviders;
  if (family !== undefined && modelProviders.length === 0)
    return exclusionOf((row) => row.family === family, family, bundle);
  if (modelProviders.length === 0)
    return refuse('no_provider_configured', 'This key has no provider to send the request to.');
  const options = nameOptions(modelProviders);
  return refuse(
    'model_not_recognized',
    `No provider of this key serves the model "${model}". It reaches ${options}. Put the provider before the model, as in "openai/gpt-5", or declare the model at the provider that serves it.`,
    { model, options },
  );
}

/** The reason why a provider that was asked for by name cannot be used. */
function exclusionOf(matches: (row: ExcludedProvider) => boolean, asked: string, bundle: Bundle): PlanRefusal {
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

/** Steps d and e of contract 7.3, and what this gateway can speak to and price. */
function narrow(
  reached: readonly ModelProvider[],
  name: ModelName,
  input: PlanInput,
): readonly Candidate[] | PlanRefusal {
  const { bundle, adapters, budgetExcludedIds } = input;
  const { providersAllowed } = bundle.routing;
  const allowed = reached.filter((row) => providersAllowed === null || providersAllowed.has(row.id));
  if (allowed.length === 0) {
    return refuse('model_not_allowed', 'None of the providers of this model is among those that this key may use.');
  }
  const candidates: Candidate[] = [];
  for (const modelProvider of allowed) {
    const adapter = adapters.find(modelProvider.family);
    if (adapter !== undefined) candidates.push({ modelProvider, adapter, model: name.model });
  }
  if (candidates.length === 0) {
    const families = nameOptions(allowed);
    return refuse('model_provider_not_bound', `This gateway cannot speak to ${families} on this endpoint yet.`);
  }
  const priced =
    bundle.unpricedModels === 'allow' ? candidates : candidates.filter((candidate) => hasPrice(candidate, input));
  if (priced.length === 0) {
    return refuse(
      'model_not_priced',
      `The model "${name.model}" has no price, and this organization refuses models without one.`,
      { model: name.model },
    );
  }
  if (budgetExcludedIds === undefined) return priced;
  const affordable = priced.filter((candidate) => !budgetExcludedIds.has(candidate.modelProvider.id));
  return affordable.length > 0
    ? affordable
    : refuse('budget_exceeded', 'The spending limit of the provider is reached.');
}

function hasPrice(candidate: Candidate, input: PlanInput): boolean {
  const { modelProvider, model } = candidate;
  return resolvePrice({ modelProvider, model, atMs: input.nowMs, book: input.prices }) !== undefined;
}

function refuse(code: PlanRefusalCode, message: string, meta?: Readonly<Record<string, unknown>>): PlanRefusal {
  return meta === undefined ? { kind: 'refused', code, message } : { kind: 'refused', code, message, meta };
}
