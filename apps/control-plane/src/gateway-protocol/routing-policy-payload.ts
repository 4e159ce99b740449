import type { z } from 'zod';

import type { routingPolicySchema } from '#gateway-protocol';

import type { Row } from '../database/schema.js';
import type { RoutingPolicySettings } from '../routing-policies/routing-policy-settings.js';

/** Writes a routing policy as gateways read it. */
export function writeRoutingPolicy(settings: RoutingPolicySettings): z.input<typeof routingPolicySchema> {
  const { timeLimitsMs: limits } = settings;
  return {
    strategy: settings.strategy,
    targets: settings.targets.map(({ modelProviderId, model, weight, whenModels }) => ({
      model_provider_id: modelProviderId,
      model,
      weight,
      when_models: whenModels,
    })),
    canary: writeShare(settings.canary),
    shadow: writeShare(settings.shadow),
    required_labels: settings.requiredLabels,
    retries_max: settings.retriesMax,
    outcomes: settings.outcomes,
    time_limits_ms: {
      connect: limits.connect,
      headers: limits.headers,
      first_token: limits.firstToken,
      between_tokens: limits.betweenTokens,
      total: limits.total,
      deadline: limits.deadline,
    },
    resume: settings.resume,
    delivery: settings.delivery,
    hedge_after_ms: settings.hedgeAfterMs,
  };
}

function writeShare(share: RoutingPolicySettings['canary']) {
  return share && { model_provider_id: share.modelProviderId, model: share.model, percent: share.percent };
}

/** Model providers that a policy lists, in its order, and those that it leaves out. */
export interface PolicyReach {
  readonly listed: readonly Row<'model_providers'>[];
  readonly excluded: readonly Row<'model_providers'>[];
}

/**
 * Divides model providers by whether a policy may send anything to them. A policy without targets lists them all.
 *
 * A target that is out of reach stays in the policy: a policy of which nothing is left refuses, and never widens.
 */
export function splitByPolicy(
  rows: readonly Row<'model_providers'>[],
  { targets, canary, shadow }: RoutingPolicySettings,
): PolicyReach {
  if (targets.length === 0) return { listed: rows, excluded: [] };
  const named = [...targets, canary, shadow].flatMap((target) => (target === null ? [] : [target.modelProviderId]));
  const ids = [...new Set(named)];
  return {
    listed: ids.flatMap((id) => rows.filter((row) => row.id === id)),
    excluded: rows.filter(({ id }) => !ids.includes(id)),
  };
}
