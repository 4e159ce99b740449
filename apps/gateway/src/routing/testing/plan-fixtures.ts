import { createShippedPriceBook } from '#budget';
import { configPayloadSchema, createBundle, type Bundle, type ConfigPayloadInput } from '#gateway-protocol';
import { AdapterRegistry, OpenAiCompatibleAdapter } from '#providers';
import type { PlanInput } from '../plan.js';

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
