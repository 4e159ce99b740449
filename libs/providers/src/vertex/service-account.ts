import { createPrivateKey, type KeyObject } from 'node:crypto';
import { asNonEmptyString, parseObject } from '../json/read-json.js';

/** A service account that can ask for tokens. */
export interface ServiceAccount {
  readonly email: string;
  readonly keyId: string | undefined;
  readonly privateKey: KeyObject;
}

/**
 * Reads the JSON text of a service account's key; undefined when it is anything else.
 *
 * No other type of Google credential is taken from a configuration: those can name files to read and URLs to call. For
 * the same reason the document's own `token_uri` is left unread.
 */
export function readServiceAccount(text: string): ServiceAccount | undefined {
  const document = parseObject(text);
  const email = asNonEmptyString(document?.['client_email']);
  const privateKey = readRsaKey(asNonEmptyString(document?.['private_key']));
  if (document?.['type'] !== 'service_account' || email === undefined || privateKey === undefined) return undefined;
  return { email, privateKey, keyId: asNonEmptyString(document['private_key_id']) };
}

function readRsaKey(pem: string | undefined): KeyObject | undefined {
  if (pem === undefined) return undefined;
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}
