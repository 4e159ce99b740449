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
 * Reads who a credential calls as, or says what is missing. Half of a pair of keys is refused: it was meant to be a
 * narrower identity than that of the machine.
 */
export function readBedrockIdentity(credentials: Readonly<Record<string, string>>): BedrockIdentity | TargetRefusal {
  const [apiKey, accessKeyId, secretAccessKey, sessionToken] = [
    'api_key',
    'access_key',
    'secret_key',
    'session_token',
  ].map((name) => credentials[name]?.trim() || undefined);
  if (apiKey !== undefined) return { kind: 'api-key', apiKey };
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { kind: 'keys', keys: { accessKeyId, secretAccessKey, sessionToken } };
  }
  if (accessKeyId === undefined && secretAccessKey === undefined && sessionToken === undefined)
    return { kind: 'ambient' };
  return { refusal: 'the model provider needs both "access_key" and "secret_key", or neither' };
}
