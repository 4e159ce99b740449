import type { Bundle, ModelProvider, RoutingPolicy, RoutingTarget } from '#gateway-protocol';
import type { ModelName } from './model-name.js';
import { modelIsAllowedAt } from './model-rules.js';
import { refuse, type PlanRefusal } from './plan-refusal.js';
import type { Reach } from './reach.js';

/** A model at a model provider, and how much of the traffic it is to get. */
export interface Target {
  readonly modelProvider: ModelProvider;
  readonly model: string;
  /** Share under the strategy `weighted`. Default 1. */
  readonly weight?: number;
  /** True for a canary that is no target of the policy otherwise. */
  readonly canaryOnly?: true;
}

/** The targets of a request, or why it has none. */
export type Targets = { readonly kind: 'targets'; readonly targets: readonly Target[] } | PlanRefusal;

/**
 * Where a request is to go: what its model's name reaches, or what the key's policy lists, in that order.
 *
 * A target that names a model of its own is asked for that one, as long as the key may use it; a provider that the
 * client named itself is never left for another.
 */
export function targetsOf(name: ModelName, reached: Reach, bundle: Bundle): Targets {
  const { policy } = bundle.routing;
  if (policy === null || policy.targets.length === 0) {
    if (reached.kind === 'refused') return reached;
    return {
      kind: 'targets',
      targets: reached.modelProviders.map((row) => ({ modelProvider: row, model: name.model })),
    };
  }
  const targets = listTargets(policy, name, reached, bundle);
  if (targets.length > 0) return { kind: 'targets', targets };
  return reached.kind === 'refused'
    ? reached
    : refuse('model_not_allowed', `The routing policy of this key has no target for the model "${name.model}".`, {
        model: name.model,
      });
}

function listTargets(policy: RoutingPolicy, name: ModelName, reached: Reach, bundle: Bundle): readonly Target[] {
  const { modelsAllowed } = bundle.routing;
  const reachedRows = reached.kind === 'reached' ? reached.modelProviders : [];
  const { canary } = policy;
  const isListed = policy.targets.some(
    (target) => target.modelProviderId === canary?.modelProviderId && target.model === canary.model,
  );
  const canaryTarget = canary === null || isListed ? undefined : { ...canary, weight: 1, whenModels: null };
  const usable = (target: RoutingTarget): Target | undefined => {
    const row = bundle.modelProviders.find(({ id }) => id === target.modelProviderId);
    if (row === undefined || !matches(target.whenModels, name.model) || !isPinnedTo(name, row)) return undefined;
    const { model, weight } = target;
    const isUsable = model === null ? reachedRows.includes(row) : modelIsAllowedAt(modelsAllowed, model, row);
    return isUsable ? { modelProvider: row, model: model ?? name.model, weight } : undefined;
  };
  const targets = policy.targets.map(usable).filter((target) => target !== undefined);
  const canaryOnly = canaryTarget === undefined ? undefined : usable(canaryTarget);
  return canaryOnly === undefined ? targets : [...targets, { ...canaryOnly, canaryOnly: true }];
}

function matches(patterns: readonly string[] | null, model: string): boolean {
  if (patterns === null) return true;
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : pattern === model,
  );
}

function isPinnedTo(name: ModelName, row: ModelProvider): boolean {
  switch (name.kind) {
    case 'bare':
      return true;
    case 'family':
      return row.family === name.family;
    case 'handle':
      return row.id === name.modelProviderId;
  }
}
