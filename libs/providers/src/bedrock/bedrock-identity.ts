import { isHeaderValue, secretOf } from '../adapters/header-value.js';
import { UNUSABLE_API_KEY } from '../adapters/refusals.js';
import type { TargetRefusal } from '../spec/provider-adapter.js';
import type { AwsCredentials } from './aws-credentials.js';

/** Who calls Bedrock. */
export type BedrockIdentity =
  /** By an API key of Bedrock, which needs no signature. */
  | { readonly kind: 'api-key'; readonly apiKey: string }
  /** By keys of an AWS identity. */
  | { readonly kind: 'keys'; readonly keys: AwsCredentials }
  /** By whatever identity the machine has. */
  | { readonly kind: 'ambient' };

/**
 * Reads who a credential calls as, or says what is wrong with it. Half of a pair of keys is refused: it was meant to be
 * a narrower identity than that of the machine.
 */
export function readBedrockIdentity(credentials: Readonly<Record<string, string>>): BedrockIdentity | TargetRefusal {
  const apiKey = secretOf(credentials, 'api_key');
  if (apiKey !== '') return isHeaderValue(apiKey) ? { kind: 'api-key', apiKey } : UNUSABLE_API_KEY;
  const accessKeyId = secretOf(credentials, 'access_key');
  const secretAccessKey = secretOf(credentials, 'secret_key');
  const sessionToken = secretOf(credentials, 'session_token');
  if (accessKeyId === '' && secretAccessKey === '' && sessionToken === '') return { kind: 'ambient' };
  if (accessKeyId === '' || secretAccessKey === '') {
    return { refusal: 'the model provider needs both "access_key" and "secret_key", or neither' };
  }
  if (!isHeaderValue(accessKeyId + sessionToken)) {
    return { refusal: 'the keys of the model provider contain characters that a header cannot carry' };
  }
  return { kind: 'keys', keys: { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined } };
}
