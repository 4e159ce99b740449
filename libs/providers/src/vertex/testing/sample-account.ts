import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A service account for a test: its JSON text as Google writes it, and the key that its signatures are checked with. */
export function sampleAccount(change: Readonly<Record<string, unknown>> = {}): {
  readonly text: string;
  readonly publicKey: KeyObject;
} {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const document = {
    type: 'service_account',
    project_id: 'p',
    private_key_id: 'key-1',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: 'gateway@p.iam.gserviceaccount.com',
    token_uri: 'http://169.254.169.254/token',
    ...change,
  };
  return { text: JSON.stringify(document), publicKey };
}
