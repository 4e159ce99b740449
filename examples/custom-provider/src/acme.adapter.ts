import {
  ProviderAdapter,
  isHeaderValue,
  parseBaseUrl,
  secretOf,
  type CredentialRules,
  type Dialect,
  type ProviderCall,
  type ProviderCredential,
  type TargetRefusal,
  type UpstreamTarget,
} from 'ai-gateway-providers';
import { z } from 'zod';
import { ACME_DIALECT, acmeCodec } from './codec/acme-codec.js';
import { ACME_MODELS } from './models.js';

const ACME_URL = 'https://api.acme.example';

/** What a credential of Acme's holds: a key, and the workspace that pays. */
const credentialSchema = z.strictObject({
  api_key: z.string().trim().min(8, 'must be a key of Acme, of at least 8 characters'),
  workspace: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'must be the short name of a workspace')
    .optional(),
});

/** Calls Acme's dialogue API. */
export class AcmeAdapter extends ProviderAdapter {
  override readonly families = ['acme'];
  override readonly codecs = [acmeCodec];
  override readonly models = ACME_MODELS;

  override credentialRules(): CredentialRules {
    return { schema: credentialSchema, baseUrl: 'optional' };
  }

  override dialects(): readonly Dialect[] {
    return [ACME_DIALECT];
  }

  /** Streams and plain calls go to the same place: Acme tells them apart by the body's `live`. */
  override target(credential: ProviderCredential, call: ProviderCall): UpstreamTarget | TargetRefusal {
    if (call.operation !== 'generate') return { refusal: 'Acme has no such interface' };
    const baseUrl = parseBaseUrl(credential.baseUrl ?? ACME_URL);
    if (baseUrl === undefined) return { refusal: 'the base_url of the model provider is no plain URL' };
    const key = secretOf(credential.credentials, 'api_key');
    const workspace = secretOf(credential.credentials, 'workspace');
    if (key === '' || !isHeaderValue(key)) return { refusal: 'the api_key of the model provider cannot be sent' };
    if (!isHeaderValue(workspace)) return { refusal: 'the workspace of the model provider cannot be sent' };
    return {
      origin: baseUrl.origin,
      path: `${baseUrl.path}/v2/dialogue`,
      method: 'POST',
      headers: { 'x-acme-key': key, ...(workspace === '' ? {} : { 'x-acme-workspace': workspace }) },
    };
  }
}
