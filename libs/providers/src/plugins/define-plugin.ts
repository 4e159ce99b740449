import type { ProviderAdapter } from '../spec/provider-adapter.js';

/** An adapter, or the class of one that is made without arguments. */
export type AdapterOrClass = ProviderAdapter | (new () => ProviderAdapter);

/** What a plugin brings. */
export interface Plugin {
  readonly adapters: readonly AdapterOrClass[];
}

/** Types what a plugin brings: `export default definePlugin({ adapters: [AcmeAdapter] })`. It changes nothing. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}
