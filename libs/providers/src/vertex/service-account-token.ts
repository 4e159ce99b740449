import { SignJWT } from 'jose';
import type { Clock } from '#kernel';
import { TokenUnavailableError } from '../adapters/token-cache.js';
import { asCount, asNonEmptyString, parseObject } from '../json/read-json.js';
import { GOOGLE_CLOUD_SCOPE, type GoogleToken } from './google-token.js';
import type { ServiceAccount } from './service-account.js';

/** Where Google gives tokens for signed assertions, and whom the assertions are addressed to. */
export const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** The longest life that Google takes. */
const ASSERTION_SECONDS = 3600;
const FETCH_MS_MAX = 10_000;
/** An OAuth error code is one word; anything else is not shown. */
const ERROR_CODE = /^[a-z_]{1,64}$/;

/**
 * Fetches an access token for a service account (RFC 7523).
 *
 * @throws TokenUnavailableError when Google refuses or does not answer as it should.
 */
export async function fetchServiceAccountToken(
  account: ServiceAccount,
  { clock, tokenUrl }: { readonly clock: Clock; readonly tokenUrl: string },
): Promise<GoogleToken> {
  const askedAtMs = clock.now();
  const response = await fetch(tokenUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ grant_type: GRANT_TYPE, assertion: await assertionOf(account, askedAtMs) }).toString(),
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_MS_MAX),
  });
  const answer = parseObject(await response.text());
  const token = asNonEmptyString(answer?.['access_token']);
  const lifeSeconds = asCount(answer?.['expires_in']);
  if (!response.ok || token === undefined || lifeSeconds === undefined) {
    throw new TokenUnavailableError(refusalOf(response.status, asNonEmptyString(answer?.['error'])));
  }
  return { token, expiresAtMs: askedAtMs + lifeSeconds * 1000 };
}

async function assertionOf({ email, keyId, privateKey }: ServiceAccount, nowMs: number): Promise<string> {
  const nowSeconds = Math.floor(nowMs / 1000);
  return new SignJWT({ scope: GOOGLE_CLOUD_SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) })
    .setIssuer(email)
    .setAudience(GOOGLE_TOKEN_URL)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + ASSERTION_SECONDS)
    .sign(privateKey);
}

function refusalOf(status: number, error: string | undefined): string {
  const reason = error !== undefined && ERROR_CODE.test(error) ? error : `status ${status}`;
  return `Google gave no access token for the service account: ${reason}`;
}
