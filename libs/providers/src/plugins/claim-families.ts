import { normalizeFamily } from '#gateway-protocol';
import type { ProviderAdapter } from '../spec/provider-adapter.js';
import { PluginError } from './plugin-error.js';

/** Who serves a family, for a sentence. */
export type FamilyOwners = Map<string, string>;

const SHIPPED = 'the gateway itself';

/** The families of the adapters that come with the gateway. */
export function ownersOfShipped(shipped: readonly ProviderAdapter[]): FamilyOwners {
  return new Map(shipped.flatMap(({ families }) => families.map((family) => [family, SHIPPED])));
}

/**
 * Notes that `plugin` serves the families of `adapter`.
 *
 * @throws PluginError for a family that is served already, or that is another name of one: it would never be asked for.
 */
export function claimFamilies(owners: FamilyOwners, plugin: string, { families }: ProviderAdapter): void {
  for (const family of families) {
    const meant = normalizeFamily(family);
    const owner = owners.get(meant);
    if (owner !== undefined) {
      const who = owner === SHIPPED || owner === plugin ? owner : `the plugin "${owner}"`;
      const synonym = meant === family ? '' : `, which is another name of "${meant}"`;
      throw new PluginError(
        plugin,
        `it claims the family "${family}"${synonym}; that is served by ${who}. Rename one.`,
      );
    }
    owners.set(family, plugin);
  }
}
