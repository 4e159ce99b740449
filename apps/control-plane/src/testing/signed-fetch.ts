import { SIGNATURE_HEADERS, signRequest } from '#gateway-protocol';
import type { TestControlPlane } from './control-plane.js';

/** What of a signed request a test may bend. */
export interface SignedFetchOptions {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Default: the current secret. */
  readonly secret?: string;
  /** Default: now. */
  readonly timestampSeconds?: number;
}

/** Calls the gateway protocol as a gateway would. `path` is below its prefix and may have a query string. */
export async function signedFetch(
  { baseUrl, config }: Pick<TestControlPlane, 'baseUrl' | 'config'>,
  path: string,
  options: SignedFetchOptions = {},
): Promise<Response> {
  const url = new URL(`${baseUrl}/api/internal/gateway${path}`);
  const { body = '', method = body === '' ? 'GET' : 'POST' } = options;
  const timestamp = options.timestampSeconds ?? Math.floor(Date.now() / 1000);
  const secret = options.secret ?? config.internalSecrets[0] ?? '';
  const signature = signRequest({ method, path: url.pathname, body }, secret, timestamp);
  return fetch(url, {
    method,
    headers: {
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
      [SIGNATURE_HEADERS.signature]: signature,
      [SIGNATURE_HEADERS.timestamp]: String(timestamp),
      ...options.headers,
    },
    ...(body === '' ? {} : { body }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}
