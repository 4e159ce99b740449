import type { PriceBook } from '#budget';
import { resolvePrice } from '#budget';
import type { Bundle } from '#gateway-protocol';
import type { AdapterRegistry, Operation } from '#providers';
import { missedCapability, type ReadableRequest } from './capability-misses.js';
import type { Candidate } from './candidate.js';
import { Decisions, type PlanDecision } from './decisions.js';
import { readModelName, type ModelName } from './model-name.js';
import { modelIsAllowedAt, nameIsAllowed } from './model-rules.js';
import { orderCandidates, type OrderPorts } from './order-candidates.js';
import { targetsOf, type Target } from './targets.js';
import { refuse, type PlanRefusal } from './plan-refusal.js';
import { nameOptions, reach, type Reach } from './reach.js';
import { serves } from './serves.js';

/** Where a request may go, in the order in which candidates are tried. */
export interface Plan {
  readonly kind: 'planned';
  readonly candidates: readonly Candidate[];
  /** The model that will be asked for, unless a policy's target asks for another. */
  readonly model: string;
  /** Attempts allowed; 0 means no limit but the candidates and their repeats. */
  readonly maxAttempts: number;
  /** True when only the first candidate may be tried, whatever its breaker says. */
  readonly onlyFirst: boolean;
  /** Who was considered, in which place or why not: what the explanation of a request shows. */
  readonly decisions: readonly PlanDecision[];
}

/** Everything that a plan depends on: planning is a pure function of it. */
export interface PlanInput {
  readonly bundle: Bundle;
  /** What is asked of the model; undefined when anything that it can do will do. */
  readonly operation: Operation | undefined;
  /** Where the client puts the model's name. Default: the top-level "model" field. */
  readonly modelPlace?: string | undefined;
  /** The model as the client named it. */
  readonly requestedModel: string | undefined;
  /** Model providers whose own budget is used up. */
  readonly budgetExcludedIds: ReadonlySet<string> | undefined;
  readonly adapters: AdapterRegistry;
  readonly prices: PriceBook;
  /** Milliseconds since the epoch, for prices. */
  readonly nowMs: number;
  /** The request itself, read only where something depends on it; undefined where it has no content. */
  readonly request?: ReadableRequest | undefined;
  /** What the order depends on besides. Default: nothing is known, and nothing is left to chance. */
  readonly order?: OrderPorts;
}

/**
 * Decides which model providers may serve a request, and in which order (contract 7.2 and 7.3).
 *
 * The order is the bundle's, or that of the key's routing policy. Each filter that empties the list names its own
 * reason.
 */
export function planRequest(input: PlanInput): Plan | PlanRefusal {
  const { bundle, requestedModel } = input;
  const name = requestedModel === undefined ? undefined : readModelName(requestedModel, bundle, input.adapters);
  if (name === undefined || name.model === '') {
    const place = input.modelPlace ?? 'the top-level "model" field';
    return refuse('missing_model', `The request names no model. Put its name in ${place}.`);
  }
  const reached = reachAllowed(name, bundle, input.adapters);
  const targets = targetsOf(name, reached, bundle);
  if (targets.kind === 'refused') return targets;
  const decisions = new Decisions();
  const candidates = narrow(targets.targets, name, input, decisions);
  if ('kind' in candidates) return candidates;
  const ordered = orderCandidates(candidates, input, decisions);
  return {
    kind: 'planned',
    candidates: ordered,
    model: name.model,
    maxAttempts: bundle.routing.maxAttempts,
    onlyFirst: bundle.routing.mode === 'none' || bundle.routing.policy?.strategy === 'none',
    decisions: decisions.of(ordered),
  };
}

/**
 * What the name reaches at those providers where the key may use the model: `openai/*` allows `gpt-5` at OpenAI, and
 * not at another provider that declares a model of that name.
 */
function reachAllowed(name: ModelName, bundle: Bundle, adapters: AdapterRegistry): Reach {
  const { modelProviders, routing } = bundle;
  const patterns = routing.modelsAllowed;
  if (patterns === null) return reach(name, modelProviders, bundle, adapters);
  const allowed = modelProviders.filter((row) => modelIsAllowedAt(patterns, name.model, row));
  const reached = reach(name, allowed, bundle, adapters);
  if (reached.kind === 'reached') return reached;
  const withoutRules = reach(name, modelProviders, bundle, adapters);
  return withoutRules.kind === 'refused' && nameIsAllowed(patterns, name)
    ? withoutRules
    : refuse('model_not_allowed', `This key may not use the model "${name.model}".`, { model: name.model });
}

/** Steps d and e of contract 7.3, what the policy demands, and what this gateway can speak to and price. */
function narrow(
  targets: readonly Target[],
  name: ModelName,
  input: PlanInput,
  decisions: Decisions,
): readonly Candidate[] | PlanRefusal {
  const { bundle, adapters, budgetExcludedIds } = input;
  const { providersAllowed, policy } = bundle.routing;
  const keep = <Item extends Target>(
    items: readonly Item[],
    problemOf: (item: Item) => string | undefined,
  ): readonly Item[] =>
    items.filter((item) => {
      const problem = problemOf(item);
      if (problem !== undefined) decisions.leaveOut(item, problem);
      return problem === undefined;
    });

  const allowed = keep(targets, ({ modelProvider: { id } }) =>
    providersAllowed === null || providersAllowed.has(id) ? undefined : 'not among the providers of this key',
  );
  if (allowed.length === 0) {
    return refuse('model_not_allowed', 'None of the providers of this model is among those that this key may use.');
  }
  const required = policy?.requiredLabels ?? [];
  const labelled = keep(allowed, ({ modelProvider: { labels } }) => {
    const missing = required.find((label) => !labels.includes(label));
    return missing === undefined ? undefined : `without the label "${missing}"`;
  });
  if (labelled.length === 0) {
    return refuse('model_not_allowed', `No provider of this model carries the labels that the key's policy demands.`, {
      required_labels: required,
    });
  }
  const spoken = keep(toCandidates(labelled, adapters, decisions), (candidate) =>
    serves(candidate, input.operation) ? undefined : 'cannot serve this endpoint',
  );
  if (spoken.length === 0) {
    return refuse(
      'model_provider_not_bound',
      `The model "${name.model}" was looked for at ${nameOptions(labelled.map((target) => target.modelProvider))}, which cannot serve this endpoint.`,
      { model: name.model },
    );
  }
  const priced = keep(spoken, (candidate) =>
    bundle.unpricedModels === 'allow' || hasPrice(candidate, input) ? undefined : 'without a price',
  );
  if (priced.length === 0) {
    return refuse(
      'model_not_priced',
      `The model "${name.model}" has no price, and this organization refuses models without one.`,
      { model: name.model },
    );
  }
  const affordable = keep(priced, ({ modelProvider: { id } }) =>
    budgetExcludedIds?.has(id) === true ? 'its own budget is used up' : undefined,
  );
  if (affordable.length === 0) return refuse('budget_exceeded', 'The spending limit of the provider is reached.');
  const request = affordable.length > 1 ? input.request : undefined;
  const able = keep(affordable, (candidate) => missedCapability(candidate, request));
  // When nobody can, the provider says so better than we could.
  return able.length > 0 ? able : affordable;
}

function toCandidates(
  targets: readonly Target[],
  adapters: AdapterRegistry,
  decisions: Decisions,
): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const target of targets) {
    const adapter = adapters.find(target.modelProvider.family);
    if (adapter === undefined) decisions.leaveOut(target, 'this gateway has no adapter for it');
    else candidates.push({ ...target, adapter });
  }
  return candidates;
}

function hasPrice({ modelProvider, model }: Candidate, { nowMs, prices }: PlanInput): boolean {
  return resolvePrice({ modelProvider, model, atMs: nowMs, book: prices }) !== undefined;
}
