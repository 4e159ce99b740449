import { InvariantError, type Clock } from '#kernel';
import { createShippedAdapters } from './adapters/shipped-adapters.js';
import type { ProviderAdapter } from './spec/provider-adapter.js';

/** Finds the adapter of a vendor. */
export class AdapterRegistry {
  private readonly byFamily = new Map<string, ProviderAdapter>();

  /** @throws InvariantError when two adapters claim the same family. */
  constructor(adapters: readonly ProviderAdapter[]) {
    for (const adapter of adapters) {
      for (const family of adapter.families) {
        if (this.byFamily.has(family)) throw new InvariantError(`two adapters serve the family "${family}"`);
        this.byFamily.set(family, adapter);
      }
    }
  }

  /**
   * The adapters that come with the gateway, and `more` behind them.
   *
   * @throws InvariantError when one of `more` claims a family that is served already.
   */
  static ofShipped(options: { readonly clock: Clock }, more: readonly ProviderAdapter[] = []): AdapterRegistry {
    return new AdapterRegistry([...createShippedAdapters(options), ...more]);
  }

  /** Every family that is served, in the order of the adapters. */
  get families(): readonly string[] {
    return [...this.byFamily.keys()];
  }

  /** The adapter of `family` (normalised), or undefined when this gateway cannot speak to it. */
  find(family: string): ProviderAdapter | undefined {
    return this.byFamily.get(family);
  }
}
