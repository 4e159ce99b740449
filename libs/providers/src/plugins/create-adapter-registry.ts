import type { Clock } from '#kernel';
import { AdapterRegistry } from '../adapter-registry.js';
import { createShippedAdapters } from '../adapters/shipped-adapters.js';
import type { ProviderAdapter } from '../spec/provider-adapter.js';
import { checkAdapter } from './check-adapter.js';
import { claimFamilies, ownersOfShipped } from './claim-families.js';
import { PluginError } from './plugin-error.js';

/** What a registry is made of. */
export interface AdapterRegistryOptions {
  readonly clock: Clock;
  /** Adapters besides those that come with the gateway. */
  readonly adapters: readonly ProviderAdapter[];
}

/**
 * The adapters that come with the gateway, and the given ones.
 *
 * @throws PluginError when one of the given ones lacks something, or claims a family that is served already.
 */
export function createAdapterRegistry({ clock, adapters }: AdapterRegistryOptions): AdapterRegistry {
  const shipped = createShippedAdapters({ clock });
  const owners = ownersOfShipped(shipped);
  for (const adapter of adapters) {
    const checked = checkAdapter(adapter);
    const { name } = adapter.constructor;
    if (!checked.ok) throw new PluginError(name, checked.problem);
    claimFamilies(owners, name, adapter);
  }
  return new AdapterRegistry([...shipped, ...adapters]);
}
