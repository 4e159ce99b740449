import { createShippedPriceBook } from '#budget';
import {
  configPayloadSchema,
  createBundle,
  type Bundle,
  type ConfigPayloadInput,
  type RoutingPolicyPayload,
} from '#gateway-protocol';
import { AdapterRegistry, OpenAiCompatibleAdapter } from '#providers';
import { planRequest, type Plan, type PlanInput } from '../plan.js';

/** What plans depend on besides bundle and model, as the gateway has it. */
export const PLANNING: Pick<PlanInput, 'operation' | 'adapters' | 'prices' | 'nowMs'> = {
  operation: 'generate',
  adapters: new AdapterRegistry([new OpenAiCompatibleAdapter()]),
  prices: createShippedPriceBook(),
  nowMs: Date.UTC(2026, 10, 24),
};

/** A model provider as the control plane would send it. */
export type ProviderInput = NonNullable<ConfigPayloadInput['providers']>[number];

/** The bundle of a key with these providers and this configuration, read as from the wire. */
export function bundleWith(providers: readonly ProviderInput[], config: Partial<ConfigPayloadInput> = {}): Bundle {
  const payload = configPayloadSchema.parse({ vk_id: 'vk_1', ...config, providers });
  return createBundle({ vk_id: 'vk_1', org_id: 'org_1', exp: 0 }, payload);
}

/** The configuration of a key with a routing policy. */
export function policy(members: Partial<RoutingPolicyPayload>): Partial<ConfigPayloadInput> {
  return { routing_mode: 'policy', routing_policy: { strategy: 'fallback', targets: [], ...members } };
}

/** A policy's target, as the control plane would send it. */
export function target(
  model_provider_id: string,
  members: Partial<RoutingPolicyPayload['targets'][number]> = {},
): RoutingPolicyPayload['targets'][number] {
  return { model_provider_id, ...members };
}

/** The plan of a request that has somewhere to go. */
export function planOf(bundle: Bundle, requestedModel: string, change: Partial<PlanInput> = {}): Plan {
  const plan = planRequest({ bundle, requestedModel, budgetExcludedIds: undefined, ...PLANNING, ...change });
  if (plan.kind === 'refused') throw new Error(`the plan was refused: ${plan.message}`);
  return plan;
}

/** The candidates of a plan in order, each as `provider/model`. */
export function places({ candidates }: Plan): readonly string[] {
  return candidates.map(({ modelProvider, model }) => `${modelProvider.id}/${model}`);
}
