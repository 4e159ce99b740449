import { OPENAI_PATHS, openAiInterfaceOf } from '../adapters/openai-interface.js';
import { encodePathSegment } from '../adapters/path-segment.js';
import { NO_SUCH_INTERFACE, UNUSABLE_MODEL_NAME } from '../adapters/refusals.js';
import { isStoredResponsePath } from '../adapters/stored-response-path.js';
import type { ProviderCall, TargetRefusal } from '../spec/provider-adapter.js';
import { AZURE_V1, type AzureVersion } from './azure-version.js';

/** The path of a call below an endpoint, with its query, or why the call has none. */
export function azurePathOf(call: ProviderCall, version: AzureVersion, deployment: string): string | TargetRefusal {
  const called = openAiInterfaceOf(call);
  // Azure lists base models that could be deployed, which says nothing of what is.
  if (called === undefined || called === 'models') return NO_SUCH_INTERFACE;
  if (called === 'responses') return responsesPath(call, version.hasResponses ? version : AZURE_V1);
  if (version.isV1) return `/openai/v1${OPENAI_PATHS[called]}${version.query}`;
  const segment = encodePathSegment(deployment);
  return segment === undefined
    ? UNUSABLE_MODEL_NAME
    : `/openai/deployments/${segment}${OPENAI_PATHS[called]}${version.query}`;
}

/** True when the body, and not the path, says which deployment is called. */
export function namesDeploymentInBody(call: ProviderCall, { isV1 }: AzureVersion): boolean {
  return isV1 || openAiInterfaceOf(call) === 'responses';
}

function responsesPath(call: ProviderCall, { isV1, query }: AzureVersion): string | TargetRefusal {
  const collection = isV1 ? '/openai/v1/responses' : '/openai/responses';
  if (call.operation !== 'stored-response') return collection + query;
  const { resourcePath = '' } = call;
  if (!isStoredResponsePath(resourcePath)) return NO_SUCH_INTERFACE;
  const joined = resourcePath.includes('?') ? query.replace('?', '&') : query;
  return collection + resourcePath + joined;
}
