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
  /** Set on the policy's canary: whether it is a target of the policy otherwise. */
  readonly canary?: 'also-target' | 'only';
}

/** The targets of a request, or why it has none. */
export type Targets = { readonly kind: 'targets'; readonly targets: readonly Target[] } | PlanRefusal;

/**
 * Where a request is to go: what its model's name reaches, or what the key's policy lists, in that order; and the
 * policy's canary.
 *
 * A target that names a model of its own is asked for that one, as long as the key may use it; a provider that the
 * client named itself is never left for another.
 */
export function targetsOf(name: ModelName, reached: Reach, bundle: Bundle): Targets {
  const { policy } = bundle.routing;
  const usable = (target: RoutingTarget): Target | undefined => usableTarget(target, name, reached, bundle);
  if (policy === null || policy.targets.length === 0) {
    if (reached.kind === 'refused') return reached;
    const targets = reached.modelProviders.map((row) => ({ modelProvider: row, model: name.model }));
    return { kind: 'targets', targets: policy === null ? targets : withCanary(targets, policy, name, usable) };
  }
  const targets = policy.targets.map(usable).filter((target) => target !== undefined);
  if (targets.length > 0) return { kind: 'targets', targets: withCanary(targets, policy, name, usable) };
  return reached.kind === 'refused'
    ? reached
    : refuse('model_not_allowed', `The routing policy of this key has no target for the model "${name.model}".`, {
        model: name.model,
      });
}

function usableTarget(
  { modelProviderId, model, weight, whenModels }: RoutingTarget,
  name: ModelName,
  reached: Reach,
  { modelProviders, routing }: Bundle,
): Target | undefined {
  const row = modelProviders.find(({ id }) => id === modelProviderId);
  if (row === undefined || !matches(whenModels, name.model) || !isPinnedTo(name, row)) return undefined;
  const isUsable =
    model === null
      ? reached.kind === 'reached' && reached.modelProviders.includes(row)
      : modelIsAllowedAt(routing.modelsAllowed, model, row);
  return isUsable ? { modelProvider: row, model: model ?? name.model, weight } : undefined;
}

/** Marks the canary among the targets, or adds it to them. */
function withCanary(
  targets: readonly Target[],
  { canary, targets: listed }: RoutingPolicy,
  name: ModelName,
  usable: (target: RoutingTarget) => Target | undefined,
): readonly Target[] {
  if (canary === null) return targets;
  const { modelProviderId, model } = canary;
  const asked = model ?? name.model;
  const also = targets.find((target) => target.modelProvider.id === modelProviderId && target.model === asked);
  if (also !== undefined) {
    return targets.map((target) => (target === also ? { ...target, canary: 'also-target' } : target));
  }
  // A target that is not for this model is no canary for it either.
  if (listed.some((target) => target.modelProviderId === modelProviderId && target.model === model)) return targets;
  const only = usable({ modelProviderId, model, weight: 1, whenModels: null });
  return only === undefined ? targets : [...targets, { ...only, canary: 'only' }];
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
