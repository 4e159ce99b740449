import type { ProviderCall, ProviderCredential } from '../../spec/provider-adapter.js';

/** A credential for a test, of nothing in particular but for `change`. */
export function sampleCredential(
  change: Partial<ProviderCredential> & { readonly family: string },
): ProviderCredential {
  return { id: 'mp_1', credentials: {}, baseUrl: null, deploymentMap: {}, ...change };
}

/** A call for a test: a plain chat with the model `m` but for `change`. */
export function sampleCall(change: Partial<ProviderCall> = {}): ProviderCall {
  return { operation: 'generate', dialect: 'openai-chat', model: 'm', streams: false, body: undefined, ...change };
}
