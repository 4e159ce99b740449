import type { ModelCapabilities } from '../spec/model-capabilities.js';
import type { DeclaredModel, DeclaredPrice, ProviderAdapter } from '../spec/provider-adapter.js';
import { UNKNOWN_CAPABILITIES } from '../capabilities/model-capabilities.js';

/** The price of a model in whole nano-dollars per million tokens, named as the control plane sends it to gateways. */
export interface DeclaredPriceNanoUsd {
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
}

/** Largest price that is exact in nano-dollars: nine dollars for each token. */
export const DECLARED_PRICE_MICRO_USD_MAX = Math.floor(Number.MAX_SAFE_INTEGER / 1_000);

const NANO_PER_MICRO = 1_000;

/** Adapters are few and live as long as the process; what they declare is looked up for every request. */
const capabilitiesByAdapter = new WeakMap<ProviderAdapter, ReadonlyMap<string, ModelCapabilities>>();

/** What `adapter` declares of `model`'s abilities; undefined when it declares nothing of them. */
export function declaredCapabilities(adapter: ProviderAdapter, model: string): ModelCapabilities | undefined {
  let byId = capabilitiesByAdapter.get(adapter);
  if (byId === undefined) {
    byId = new Map(adapter.models.flatMap(capabilityEntry));
    capabilitiesByAdapter.set(adapter, byId);
  }
  return byId.get(model);
}

/** True when `adapter` brings `model` with it. */
export function declaresModel(adapter: ProviderAdapter, model: string): boolean {
  return adapter.models.some(({ id }) => id === model);
}

/** The prices that `adapter` declares, by model, in nano-dollars per million tokens; exact, because they are whole. */
export function declaredPrices(adapter: ProviderAdapter): Readonly<Record<string, DeclaredPriceNanoUsd>> {
  return Object.fromEntries(
    adapter.models.flatMap(({ id, price }) => (price === undefined ? [] : [[id, inNanoUsd(price)]])),
  );
}

function capabilityEntry({ id, capabilities }: DeclaredModel): readonly [string, ModelCapabilities][] {
  return capabilities === undefined ? [] : [[id, { ...UNKNOWN_CAPABILITIES, ...capabilities }]];
}

function inNanoUsd({ input, output, cacheRead, cacheWrite }: DeclaredPrice): DeclaredPriceNanoUsd {
  return {
    input: input * NANO_PER_MICRO,
    output: output * NANO_PER_MICRO,
    ...(cacheRead === undefined ? {} : { cache_read: cacheRead * NANO_PER_MICRO }),
    ...(cacheWrite === undefined ? {} : { cache_write: cacheWrite * NANO_PER_MICRO }),
  };
}
