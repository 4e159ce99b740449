import type { ExpiringToken } from '../adapters/token-cache.js';

/** An access token of Google Cloud. */
export interface GoogleToken extends ExpiringToken {
  /** The project that calls count against, for tokens of people. */
  readonly quotaProjectId?: string;
}

/** What a token may be used for: the narrowest scope that Vertex AI takes. */
export const GOOGLE_CLOUD_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
