import { AwsV4Signer } from 'aws4fetch';
import type { Clock } from '#kernel';
import type { AwsCredentials } from './aws-credentials.js';

/** One request to sign. */
export interface SignableRequest {
  readonly method: string;
  readonly origin: string;
  /** As it is sent, percent-encoded; AWS encodes it once more before it signs. */
  readonly path: string;
  readonly body: Buffer | undefined;
}

/** What a request is signed for. */
export interface SigningScope {
  readonly service: string;
  readonly region: string;
}

/** Signing keys that are kept: one a day for each secret and region. More than that are forgotten together. */
const SIGNING_KEYS_MAX = 1000;

/** Signs requests by AWS Signature Version 4, body included. */
export class RequestSigner {
  private readonly signingKeys = new Map<string, ArrayBuffer>();

  constructor(private readonly clock: Clock) {}

  /** The headers that prove who sends the request. They are good for a few minutes, so each attempt needs its own. */
  async sign(request: SignableRequest, keys: AwsCredentials, scope: SigningScope): Promise<Record<string, string>> {
    if (this.signingKeys.size >= SIGNING_KEYS_MAX) this.signingKeys.clear();
    const { accessKeyId, secretAccessKey, sessionToken } = keys;
    const signer = new AwsV4Signer({
      method: request.method,
      url: request.origin + request.path,
      ...(request.body === undefined ? {} : { body: request.body }),
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      service: scope.service,
      region: scope.region,
      datetime: amzDate(this.clock.now()),
      cache: this.signingKeys,
    });
    const { headers } = await signer.sign();
    return Object.fromEntries(headers);
  }
}

/** `20260101T000000Z` */
function amzDate(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/g, '');
}
