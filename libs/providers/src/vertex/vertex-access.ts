import { createHash } from 'node:crypto';
import { secretOf } from '../adapters/header-value.js';
import type { ProviderCredential, TargetRefusal } from '../spec/provider-adapter.js';
import { readServiceAccount, type ServiceAccount } from './service-account.js';
import { readVertexEndpoint, type VertexEndpoint } from './vertex-endpoint.js';

/** Where a credential's models are, and as whom they are called. */
export interface VertexAccess {
  readonly endpoint: VertexEndpoint;
  /** Undefined for whoever this machine is. */
  readonly account: ServiceAccount | undefined;
  /** Tells identities apart without holding their secrets. */
  readonly identity: string;
}

/** Reads a credential, or why it cannot be used. */
export function readVertexAccess(credential: ProviderCredential): VertexAccess | TargetRefusal {
  const endpoint = readVertexEndpoint(credential);
  if ('refusal' in endpoint) return endpoint;
  const text = secretOf(credential.credentials, 'auth_credentials');
  if (text !== '') {
    const account = readServiceAccount(text);
    if (account === undefined) return { refusal: 'the auth_credentials of the model provider are no service account' };
    return { endpoint, account, identity: createHash('sha256').update(text).digest('base64') };
  }
  // Whoever writes a base_url may not thereby read this machine's own token.
  if (!endpoint.isGoogle) return { refusal: 'a base_url outside of Google needs auth_credentials of its own' };
  return { endpoint, account: undefined, identity: 'ambient' };
}
