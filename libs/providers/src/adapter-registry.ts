import { InvariantError } from '#kernel';
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

  /** Every family that is served, in the order of the adapters. */
  get families(): readonly string[] {
    return [...this.byFamily.keys()];
  }

  /** The adapter of `family` (normalised), or undefined when this gateway cannot speak to it. */
  find(family: string): ProviderAdapter | undefined {
    return this.byFamily.get(family);
  }
}
