import type { ProviderAdapter } from '../spec/provider-adapter.js';
import { checkAdapter } from './check-adapter.js';
import { PluginError } from './plugin-error.js';

const WHAT_TO_EXPORT =
  'Export adapters as its default, as in "export default definePlugin({ adapters: [AcmeAdapter] })", or as "adapters".';

/**
 * The adapters that a plugin's module exports: as its default or as `adapters`; one or a list; instances, or classes
 * that are made without arguments.
 *
 * @throws PluginError for a module without adapters, and for one whose adapter lacks something.
 */
export function readPlugin(plugin: string, module: Readonly<Record<string, unknown>>): readonly ProviderAdapter[] {
  const exported = module['default'] ?? module['adapters'];
  const values = [listOf(exported)].flat();
  if (values.length === 0) throw new PluginError(plugin, `it exports no adapter. ${WHAT_TO_EXPORT}`);
  return values.map((value) => {
    const checked = checkAdapter(typeof value === 'function' ? construct(plugin, value) : value);
    if (!checked.ok) throw new PluginError(plugin, checked.problem);
    return checked.adapter;
  });
}

function listOf(exported: unknown): unknown {
  if (exported === undefined || exported === null) return [];
  return typeof exported === 'object' && 'adapters' in exported ? exported.adapters : exported;
}

function construct(plugin: string, value: object): unknown {
  try {
    return Reflect.construct(value as new () => unknown, []);
  } catch (cause) {
    const mend = 'A class is made without arguments; export an instance if it needs some.';
    throw new PluginError(plugin, `its adapter cannot be made (${String(cause)}). ${mend}`, { cause });
  }
}
