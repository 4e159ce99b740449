import type { AuthClient } from 'google-auth-library';
import type { Clock } from '#kernel';
import { TokenUnavailableError } from '../adapters/token-cache.js';
import { GOOGLE_CLOUD_SCOPE, type GoogleToken } from './google-token.js';

/** How long a token is kept when nobody says when it ends. */
const UNDATED_TOKEN_MS = 60_000;

const UNUSED_PROJECT_ID = 'unused';

/**
 * A source of tokens for whoever this machine is: workload identity, an attached service account, or the files that
 * Google's own tools leave (application default credentials). The library that knows them is loaded on first use.
 */
export function createAmbientGoogleToken(clock: Clock): () => Promise<GoogleToken> {
  let loading: Promise<AuthClient> | undefined;
  return async () => {
    loading ??= loadClient();
    const client = await loading.catch((cause: unknown) => {
      loading = undefined;
      throw new TokenUnavailableError('this machine has no Google Cloud identity', { cause });
    });
    const { token } = await client.getAccessToken();
    if (!token) throw new TokenUnavailableError('the Google Cloud identity of this machine gave no access token');
    return {
      token,
      expiresAtMs: client.credentials.expiry_date ?? clock.now() + UNDATED_TOKEN_MS,
      ...(client.quotaProjectId === undefined ? {} : { quotaProjectId: client.quotaProjectId }),
    };
  };
}

async function loadClient(): Promise<AuthClient> {
  const { GoogleAuth } = await import('google-auth-library');
  // Calls name their own project. Unless it is told one, the library looks for seconds, and runs gcloud to find it.
  return new GoogleAuth({ scopes: GOOGLE_CLOUD_SCOPE, projectId: UNUSED_PROJECT_ID }).getClient();
}
