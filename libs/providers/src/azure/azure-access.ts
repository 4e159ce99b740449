import { createHash } from 'node:crypto';
import { parseBaseUrl, withoutEnd } from '../adapters/base-url.js';
import { isHeaderValue, secretOf } from '../adapters/header-value.js';
import { UNUSABLE_API_KEY } from '../adapters/refusals.js';
import type { ProviderCredential, TargetRefusal } from '../spec/provider-adapter.js';
import { azureCloudOf, isAzureHost } from './azure-cloud.js';
import { readAzureVersion, type AzureVersion } from './azure-version.js';
import type { EntraIdentity } from './entra-token.js';

/** Stands in the place of a key and asks for the machine's own identity (feature PR-12). */
export const MACHINE_IDENTITY = '__use_aad__';

/** What people paste after the host. */
const API_PATH = /\/openai(?:\/v1)?$/;

/** How a credential calls Azure. */
export interface AzureAccess {
  readonly origin: string;
  /** What stands before `/openai`. */
  readonly path: string;
  readonly version: AzureVersion;
  /** The API key, or as whom tokens are fetched. */
  readonly authentication: AzureAuthentication;
}

/** A key, or an identity with a name under which its tokens are kept. */
export type AzureAuthentication =
  | { readonly kind: 'key'; readonly apiKey: string }
  | { readonly kind: 'entra'; readonly identity: EntraIdentity; readonly identityKey: string };

/** Reads a credential, or why it cannot be used. */
export function readAzureAccess({ credentials }: ProviderCredential): AzureAccess | TargetRefusal {
  const endpoint = parseBaseUrl(withoutEnd(secretOf(credentials, 'endpoint'), API_PATH));
  if (endpoint === undefined) {
    return { refusal: 'the endpoint of the model provider is not a plain http or https URL' };
  }
  const authentication = readAuthentication(credentials, endpoint.origin);
  if ('refusal' in authentication) return authentication;
  const version = readAzureVersion(secretOf(credentials, 'api_version'));
  return { origin: endpoint.origin, path: endpoint.path, version, authentication };
}

function readAuthentication(
  credentials: Readonly<Record<string, string>>,
  origin: string,
): AzureAuthentication | TargetRefusal {
  const apiKey = secretOf(credentials, 'api_key');
  if (apiKey !== '' && apiKey !== MACHINE_IDENTITY) {
    return isHeaderValue(apiKey) ? { kind: 'key', apiKey } : UNUSABLE_API_KEY;
  }
  const cloud = azureCloudOf(origin);
  const tenantId = secretOf(credentials, 'tenant_id');
  const clientId = secretOf(credentials, 'client_id');
  const clientSecret = secretOf(credentials, 'client_secret');
  if (tenantId !== '' && clientId !== '' && clientSecret !== '') {
    return entra({ kind: 'application', cloud, tenantId, clientId, clientSecret });
  }
  if (apiKey === '' || tenantId + clientId + clientSecret !== '') {
    return { refusal: 'the model provider has no api_key, nor all of tenant_id, client_id and client_secret' };
  }
  // Whoever writes an endpoint may not thereby read this machine's own token.
  if (!isAzureHost(origin)) return { refusal: 'the identity of this machine is shown to no endpoint but Azure’s own' };
  return entra({ kind: 'machine', cloud });
}

function entra(identity: EntraIdentity): AzureAuthentication {
  const identityKey = createHash('sha256').update(JSON.stringify(identity)).digest('base64');
  return { kind: 'entra', identity, identityKey };
}
