export { createAdapterRegistry, type AdapterRegistryOptions } from './create-adapter-registry.js';
export { declaredCapabilities, declaredPrices, declaresModel, type DeclaredPriceNanoUsd } from './declared-models.js';
export { definePlugin, type AdapterOrClass, type Plugin } from './define-plugin.js';
export { loadPlugins, type PluginPorts } from './load-plugins.js';
export { PluginError } from './plugin-error.js';
export { isUnsupportedField } from './unsupported-field.js';
