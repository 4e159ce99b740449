import { secretOf } from '../adapters/header-value.js';
import type { ProviderCredential } from '../spec/provider-adapter.js';

/**
 * The deployment that serves `model`: what the map says, else the credential's default, else the model's own name.
 *
 * Most deployments are named after their model. Where none is, Azure answers 404, as it does for any name that it does
 * not know.
 */
export function deploymentOf({ deploymentMap, credentials }: ProviderCredential, model: string): string {
  if (Object.hasOwn(deploymentMap, model)) return deploymentMap[model] ?? model;
  return secretOf(credentials, 'default_deployment') || model;
}
