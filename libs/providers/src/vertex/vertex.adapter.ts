import type { Clock } from '#kernel';
import { z } from 'zod';
import { plainField, regionField, secretField } from '../adapters/credential-fields.js';
import { stateFamilyOfModel } from '../adapters/model-state-family.js';
import { perCredential } from '../adapters/per-credential.js';
import { rewriteOrKeep } from '../adapters/rewrite-or-keep.js';
import { TokenCache } from '../adapters/token-cache.js';
import { isGoogleEmbeddingModel, vertexEmbeddingOf } from '../adapters/vertex-embeddings.js';
import type { Dialect } from '../spec/dialect.js';
import type { ProviderEmbeddingsCodec } from '../spec/embeddings.js';
import type {
  CredentialRules,
  ProviderCall,
  ProviderCredential,
  TargetRefusal,
  UpstreamTarget,
} from '../spec/provider-adapter.js';
import { ProviderAdapter } from '../spec/provider-adapter.js';
import type { StateFamily } from '../spec/provider-state.js';
import { createAmbientGoogleToken } from './ambient-google-token.js';
import type { GoogleToken } from './google-token.js';
import { toRawCountBody, toRawPredictBody } from './raw-predict-body.js';
import { fetchServiceAccountToken, GOOGLE_TOKEN_URL } from './service-account-token.js';
import { readServiceAccount } from './service-account.js';
import { readVertexAccess, type VertexAccess } from './vertex-access.js';
import { readVertexModel, type VertexModel } from './vertex-model.js';
import { vertexPathOf } from './vertex-path.js';

/** What a {@link VertexAdapter} leans on. */
export interface VertexAdapterOptions {
  readonly clock: Clock;
  /** Where service accounts get their tokens. Default: Google. */
  readonly tokenUrl?: string;
  /** Tokens of whoever this machine is. Default: application default credentials. */
  readonly ambientToken?: () => Promise<GoogleToken>;
}

const NO_DIALECTS: readonly Dialect[] = [];

/** The wire format that each publisher's models speak there. */
const DIALECTS: Readonly<Record<VertexModel['publisher'], readonly Dialect[]>> = {
  google: ['gemini'],
  anthropic: ['anthropic-messages'],
  other: ['openai-chat'],
};

const credentialSchema = z.strictObject({
  project_id: plainField,
  project_number: plainField.optional(),
  region: regionField,
  auth_credentials: secretField
    .refine(
      (text) => readServiceAccount(text) !== undefined,
      'must be the JSON text of a service account key, with type "service_account", client_email and private_key',
    )
    .optional(),
});

/**
 * Google Cloud's Vertex AI: Gemini in its own wire format, Claude in Anthropic's, and other makers' models in OpenAI's.
 *
 * Without `auth_credentials` it speaks as whoever this machine is. Access tokens are shared by all keys that use the
 * same identity.
 */
export class VertexAdapter extends ProviderAdapter {
  override readonly families = ['vertex'];

  private readonly accessOf = perCredential(readVertexAccess);
  private readonly tokens: TokenCache<GoogleToken>;
  private readonly clock: Clock;
  private readonly tokenUrl: string;
  private readonly ambientToken: () => Promise<GoogleToken>;

  constructor(options: VertexAdapterOptions) {
    super();
    this.clock = options.clock;
    this.tokens = new TokenCache(options.clock);
    this.tokenUrl = options.tokenUrl ?? GOOGLE_TOKEN_URL;
    this.ambientToken = options.ambientToken ?? createAmbientGoogleToken(options.clock);
  }

  override credentialRules(): CredentialRules {
    return { schema: credentialSchema, baseUrl: 'optional' };
  }

  override dialects(_credential: ProviderCredential, model: string): readonly Dialect[] {
    const { publisher, name } = readVertexModel(model);
    return publisher === 'google' && isGoogleEmbeddingModel(name) ? NO_DIALECTS : DIALECTS[publisher];
  }

  override target(
    credential: ProviderCredential,
    call: ProviderCall,
  ): UpstreamTarget | TargetRefusal | Promise<UpstreamTarget> {
    const access = this.accessOf(credential);
    if ('refusal' in access) return access;
    const path = vertexPathOf(call);
    if (typeof path !== 'string') return path;
    const { origin, path: location } = access.endpoint;
    const token = this.tokenOf(access);
    const withToken = (granted: GoogleToken): UpstreamTarget => ({
      origin,
      path: location + path,
      method: 'POST',
      headers: headersOf(granted),
    });
    return token instanceof Promise ? token.then(withToken) : withToken(token);
  }

  /** The client's bytes, but for what Vertex AI wants of a request to Claude. */
  override prepareBody(_credential: ProviderCredential, call: ProviderCall & { readonly body: Buffer }): Buffer {
    if (call.dialect !== 'anthropic-messages') return call.body;
    if (call.operation !== 'count-tokens') return rewriteOrKeep(call.body, toRawPredictBody);
    const { name } = readVertexModel(call.model);
    return rewriteOrKeep(call.body, (body) => toRawCountBody(body, name));
  }

  override embeddings(_credential: ProviderCredential, model: string): ProviderEmbeddingsCodec | undefined {
    const { publisher, name } = readVertexModel(model);
    return publisher === 'google' ? vertexEmbeddingOf(name)?.codec : undefined;
  }

  override stateFamily(model: string): StateFamily | undefined {
    return stateFamilyOfModel(model);
  }

  override countsTokens(dialect: Dialect): boolean {
    return dialect === 'gemini' || dialect === 'anthropic-messages';
  }

  private tokenOf({ account, identity }: VertexAccess): GoogleToken | Promise<GoogleToken> {
    return this.tokens.get(identity, () =>
      account === undefined
        ? this.ambientToken()
        : fetchServiceAccountToken(account, { clock: this.clock, tokenUrl: this.tokenUrl }),
    );
  }
}

function headersOf({ token, quotaProjectId }: GoogleToken): Readonly<Record<string, string>> {
  const authorization = `Bearer ${token}`;
  return quotaProjectId === undefined ? { authorization } : { authorization, 'x-goog-user-project': quotaProjectId };
}
