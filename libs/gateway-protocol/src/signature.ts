import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Header names of a signed request between gateway and control plane, lower case (contract 3.1). */
export const SIGNATURE_HEADERS = {
  signature: 'x-langwatch-gateway-signature',
  timestamp: 'x-langwatch-gateway-timestamp',
  /** Advisory: names the calling replica, is not signed. */
  node: 'x-langwatch-gateway-node',
} as const;

/** How far a request's timestamp may be from the verifier's clock, in seconds, either way. */
export const SIGNATURE_WINDOW_SECONDS = 300;

/** Why a signed request was refused; each is also the error code on the wire. */
export type SignatureRefusal =
  'missing_signature' | 'invalid_signature' | 'invalid_timestamp' | 'timestamp_out_of_window';

/** What a signature covers. */
export interface SignedRequest {
  /** The verb as sent, upper case. */
  readonly method: string;
  /** The URL's path with any base-path prefix and without the query string. */
  readonly path: string;
  /** The exact bytes sent; empty when there is no body. */
  readonly body: string | Uint8Array;
}

/**
 * Signs a request with HMAC-SHA256 over `METHOD\nPATH\nTIMESTAMP\nHEX(SHA256(body))`.
 *
 * @param timestampSeconds Unix seconds, an integer.
 * @returns The signature as lower-case hex (contract 3.1, where two vectors are given).
 */
export function signRequest(request: SignedRequest, secret: string, timestampSeconds: number): string {
  return signCanonical(request, secret, String(timestampSeconds));
}

/** A request to verify, with the header values as received. */
export interface ReceivedRequest extends SignedRequest {
  readonly signature: string | undefined;
  readonly timestamp: string | undefined;
}

/**
 * Verifies a received request against any of `secrets` (current first, then the previous one while it is rotated out).
 *
 * The order of checks is fixed by the contract: presence, signature in constant time, timestamp syntax, window.
 *
 * @returns The refusal, or `undefined` when the request is genuine.
 */
export function verifyRequest(
  request: ReceivedRequest,
  secrets: readonly string[],
  nowSeconds: number,
): SignatureRefusal | undefined {
  const { signature, timestamp } = request;
  if (!signature || !timestamp) return 'missing_signature';
  const genuine = secrets.some((secret) => equalInConstantTime(signature, signCanonical(request, secret, timestamp)));
  if (!genuine) return 'invalid_signature';
  if (!/^\d{1,15}$/.test(timestamp)) return 'invalid_timestamp';
  if (Math.abs(nowSeconds - Number(timestamp)) > SIGNATURE_WINDOW_SECONDS) return 'timestamp_out_of_window';
  return undefined;
}

function signCanonical(request: SignedRequest, secret: string, timestamp: string): string {
  const bodyHash = createHash('sha256').update(request.body).digest('hex');
  const canonical = `${request.method}\n${request.path}\n${timestamp}\n${bodyHash}`;
  return createHmac('sha256', secret).update(canonical).digest('hex');
}

function equalInConstantTime(left: string, right: string): boolean {
  const leftBytes = Buffer.from(left);
  const rightBytes = Buffer.from(right);
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
