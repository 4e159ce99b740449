import type { TokenCredential } from '@azure/identity';
import { TokenUnavailableError, type ExpiringToken } from '../adapters/token-cache.js';
import type { AzureCloud } from './azure-cloud.js';

const FETCH_MS_MAX = 10_000;

/** As whom Azure is called. */
export type EntraIdentity =
  /** An application with a secret of its own. */
  | {
      readonly kind: 'application';
      readonly cloud: AzureCloud;
      readonly tenantId: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  /** Whoever this machine is: a managed identity, a workload identity, or a person who has signed in. */
  | { readonly kind: 'machine'; readonly cloud: AzureCloud };

/** Fetches access tokens of Entra ID. */
export type EntraTokenSource = (identity: EntraIdentity) => Promise<ExpiringToken>;

/** Microsoft's own library as a source of tokens; it is loaded on first use. */
export function createEntraTokenSource(): EntraTokenSource {
  // The library finds out what this machine is; that must not be repeated for every token.
  const machines = new Map<string, Promise<TokenCredential>>();
  return async (identity) => {
    const { cloud } = identity;
    if (identity.kind === 'application') return fetchToken(await createCredential(identity), cloud.scope);
    const machine = machines.get(cloud.name) ?? createCredential(identity);
    machines.set(cloud.name, machine);
    return fetchToken(await machine, cloud.scope);
  };
}

async function createCredential(identity: EntraIdentity): Promise<TokenCredential> {
  const { ClientSecretCredential, DefaultAzureCredential } = await import('@azure/identity');
  const { authorityHost, name } = identity.cloud;
  return identity.kind === 'machine'
    ? // In the public cloud, what the machine itself says of its sign-in holds.
      new DefaultAzureCredential(name === 'public' ? {} : { authorityHost })
    : new ClientSecretCredential(identity.tenantId, identity.clientId, identity.clientSecret, { authorityHost });
}

async function fetchToken(credential: TokenCredential, scope: string): Promise<ExpiringToken> {
  const abortSignal = AbortSignal.timeout(FETCH_MS_MAX);
  const granted = await credential.getToken(scope, { abortSignal }).catch((cause: unknown) => {
    throw new TokenUnavailableError('Microsoft Entra ID gave no access token', { cause });
  });
  if (granted === null) throw new TokenUnavailableError('Microsoft Entra ID gave no access token');
  return { token: granted.token, expiresAtMs: granted.expiresOnTimestamp };
}
