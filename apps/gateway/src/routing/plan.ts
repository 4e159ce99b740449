import type { PriceBook } from '#budget';
import { resolvePrice } from '#budget';
import type { Bundle, ModelProvider } from '#gateway-protocol';
import type { AdapterRegistry } from '#providers';
import type { Candidate } from './candidate.js';
import { readModelName, type ModelName } from './model-name.js';
import { modelIsAllowedAt, nameIsAllowed } from './model-rules.js';
import { refuse, type PlanRefusal } from './plan-refusal.js';
import { nameOptions, reach, type Reach } from './reach.js';

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
  const name = requestedModel === undefined ? undefined : readModelName(requestedModel, bundle);
  if (name === undefined || name.model === '') {
    return refuse('missing_model', 'The request names no model. Put its name in the top-level "model" field.');
  }
  const reached = reachAllowed(name, bundle);
  if (reached.kind === 'refused') return reached;
  const candidates = narrow(reached.modelProviders, name, input);
  if ('kind' in candidates) return candidates;
  return {
    kind: 'planned',
    candidates,
    model: name.model,
    maxAttempts: bundle.routing.maxAttempts,
    onlyFirst: bundle.routing.mode === 'none',
  };
}

/**
 * What the name reaches at those providers where the key may use the model: `openai/*` allows `gpt-5` at OpenAI, and
 * not at another provider that declares a model of that name.
 */
function reachAllowed(name: ModelName, bundle: Bundle): Reach {
  const { modelProviders, routing } = bundle;
  const patterns = routing.modelsAllowed;
  if (patterns === null) return reach(name, modelProviders, bundle);
  const allowed = modelProviders.filter((row) => modelIsAllowedAt(patterns, name.model, row));
  const reached = reach(name, allowed, bundle);
  if (reached.kind === 'reached') return reached;
  const withoutRules = reach(name, modelProviders, bundle);
  return withoutRules.kind === 'refused' && nameIsAllowed(patterns, name)
    ? withoutRules
    : refuse('model_not_allowed', `This key may not use the model "${name.model}".`, { model: name.model });
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
