import type { PriceBook } from '#budget';
import type { Bundle, ModelProvider } from '#gateway-protocol';
import { compact, type AdapterRegistry } from '#providers';
import { candidateCapabilities } from '../../routing/model-traits.js';
import { isWildcard } from '../../routing/model-rules.js';
import { planRequest, type Plan } from '../../routing/plan.js';

/** A model as OpenAI's API describes one. */
export interface ModelEntry {
  readonly id: string;
  readonly object: 'model';
  /** Always 0: gateways do not know it (contract 2.10). */
  readonly created: 0;
  /** The vendor, or `langwatch` for an alias. */
  readonly owned_by: string;
  /** Tokens of input and output together, where it is known. */
  readonly context_window?: number;
  readonly max_output_tokens?: number;
  /** What it reads besides text, where it is known. */
  readonly input_modalities?: readonly string[];
  readonly supports_tools?: boolean;
}

/** Everything that a catalogue depends on. */
export interface CatalogueInput {
  readonly bundle: Bundle;
  /** Model ids that providers list, by model provider id. */
  readonly discovered: ReadonlyMap<string, readonly string[]>;
  readonly adapters: AdapterRegistry;
  readonly prices: PriceBook;
  /** Milliseconds since the epoch, for prices. */
  readonly nowMs: number;
}

/** Where a request for an id would go, or undefined when nowhere. */
type Planner = (id: string) => Plan | undefined;

/** Owner of the names that we made up. */
const ALIAS_OWNER = 'langwatch';

/**
 * Lists what a key may ask for, sorted by id (contract 2.10): its aliases, the models that its rules name, and what
 * its providers have.
 *
 * Every id is planned as a request for it would be, so what is listed can be used, and an id of a provider leads to
 * that provider.
 */
export function listModels(input: CatalogueInput): readonly ModelEntry[] {
  const { routing } = input.bundle;
  const planOf = createPlanner(input);
  const ownerById = new Map<string, string>();
  for (const alias of routing.modelAliases.keys()) {
    if (planOf(alias) !== undefined) ownerById.set(alias, ALIAS_OWNER);
  }
  for (const literal of literalsOf(routing.modelsAllowed)) {
    const owner = planOf(literal)?.candidates[0]?.modelProvider.family;
    if (owner !== undefined && !ownerById.has(literal)) ownerById.set(literal, owner);
  }
  if (wantsDiscovery(input.bundle)) {
    for (const modelProvider of providersInReach(input.bundle)) {
      for (const model of modelsOf(modelProvider, input)) {
        const id = spell(modelProvider, model, planOf);
        if (id !== undefined && !ownerById.has(id)) ownerById.set(id, modelProvider.family);
      }
    }
  }
  return [...ownerById]
    .map(([id, owned_by]): ModelEntry => ({ id, object: 'model', created: 0, owned_by, ...abilities(planOf(id)) }))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** What is known of the model that a request for an id would go to first. */
function abilities(plan: Plan | undefined): Partial<ModelEntry> {
  const first = plan?.candidates[0];
  if (first === undefined) return {};
  const { contextTokens, outputTokensMax, input, tools } = candidateCapabilities(first);
  return compact({
    context_window: contextTokens,
    max_output_tokens: outputTokensMax,
    input_modalities: input === undefined ? undefined : ['text', ...input],
    supports_tools: tools,
  });
}

/** Whether providers must be asked: not when the key's rules name every model that it may use. */
export function wantsDiscovery({ routing }: Bundle): boolean {
  return routing.modelsAllowed === null || routing.modelsAllowed.some(isWildcard);
}

/** The model providers that the key may use at all. */
export function providersInReach({ modelProviders, routing }: Bundle): readonly ModelProvider[] {
  const { providersAllowed } = routing;
  return providersAllowed === null ? modelProviders : modelProviders.filter((row) => providersAllowed.has(row.id));
}

function literalsOf(patterns: readonly string[] | null): readonly string[] {
  return patterns === null ? [] : patterns.filter((pattern) => !isWildcard(pattern));
}

function modelsOf(modelProvider: ModelProvider, { discovered, adapters }: CatalogueInput): ReadonlySet<string> {
  return new Set([
    ...(discovered.get(modelProvider.id) ?? []),
    ...modelProvider.models,
    ...Object.keys(modelProvider.deploymentMap),
    ...(adapters.find(modelProvider.family)?.models ?? []).map(({ id }) => id),
  ]);
}

/** The first way to ask for `model` that leads to `modelProvider`, or undefined when none does. */
function spell(modelProvider: ModelProvider, model: string, planOf: Planner): string | undefined {
  const { handle, family } = modelProvider;
  const spellings = [handle === null ? model : `${handle}/${model}`, `${family}/${model}`];
  return spellings.find((spelling) => {
    const planned = planOf(spelling);
    return (
      planned?.model === model && planned.candidates.some((candidate) => candidate.modelProvider === modelProvider)
    );
  });
}

/**
 * Plans each id once, however many providers have it. Budgets are left out of account, because they change by the
 * minute.
 */
function createPlanner({ bundle, adapters, prices, nowMs }: CatalogueInput): Planner {
  const plans = new Map<string, Plan | undefined>();
  return (id) => {
    if (plans.has(id)) return plans.get(id);
    const planned = planRequest({
      bundle,
      operation: undefined,
      requestedModel: id,
      budgetExcludedIds: undefined,
      adapters,
      prices,
      nowMs,
    });
    const plan = planned.kind === 'planned' ? planned : undefined;
    plans.set(id, plan);
    return plan;
  };
}
