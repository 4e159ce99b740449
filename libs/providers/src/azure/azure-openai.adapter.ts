import type { Clock } from '#kernel';
import { stateFamilyOfModel } from '../adapters/model-state-family.js';
import { openAiDialectsOf } from '../adapters/openai-dialects.js';
import { perCredential } from '../adapters/per-credential.js';
import { replaceModel } from '../adapters/replace-model.js';
import { rewriteOrKeep } from '../adapters/rewrite-or-keep.js';
import { TokenCache, type ExpiringToken } from '../adapters/token-cache.js';
import type { Dialect } from '../spec/dialect.js';
import type {
  CredentialRules,
  ProviderCall,
  ProviderCredential,
  TargetRefusal,
  UpstreamTarget,
} from '../spec/provider-adapter.js';
import { ProviderAdapter } from '../spec/provider-adapter.js';
import type { StateFamily } from '../spec/provider-state.js';
import { readAzureAccess, type AzureAccess } from './azure-access.js';
import { azureCredentialSchema } from './azure-credential-schema.js';
import { deploymentOf } from './azure-deployment.js';
import { azurePathOf, namesDeploymentInBody } from './azure-path.js';
import { createEntraTokenSource, type EntraTokenSource } from './entra-token.js';

/** What an {@link AzureOpenAiAdapter} leans on. */
export interface AzureOpenAiAdapterOptions {
  readonly clock: Clock;
  /** Where tokens come from. Default: Microsoft's own library. */
  readonly entraTokens?: EntraTokenSource;
}

/** Azure OpenAI: OpenAI's wire, by deployments, with a key or an identity of Entra ID. */
export class AzureOpenAiAdapter extends ProviderAdapter {
  override readonly families = ['azure'];

  private readonly accessOf = perCredential(readAzureAccess);
  private readonly tokens: TokenCache<ExpiringToken>;
  private readonly entraTokens: EntraTokenSource;

  constructor({ clock, entraTokens }: AzureOpenAiAdapterOptions) {
    super();
    this.tokens = new TokenCache(clock);
    this.entraTokens = entraTokens ?? createEntraTokenSource();
  }

  override credentialRules(): CredentialRules {
    return { schema: azureCredentialSchema, baseUrl: 'refused', urlNames: ['endpoint'] };
  }

  override dialects(_credential: ProviderCredential, model: string): readonly Dialect[] {
    return openAiDialectsOf(model);
  }

  override target(
    credential: ProviderCredential,
    call: ProviderCall,
  ): UpstreamTarget | TargetRefusal | Promise<UpstreamTarget> {
    const access = this.accessOf(credential);
    if ('refusal' in access) return access;
    const path = azurePathOf(call, access.version, deploymentOf(credential, call.model));
    if (typeof path !== 'string') return path;
    const method = call.operation === 'stored-response' ? (call.method ?? 'GET') : 'POST';
    const headers = this.headersOf(access);
    const withHeaders = (sent: Readonly<Record<string, string>>): UpstreamTarget => ({
      origin: access.origin,
      path: access.path + path,
      method,
      headers: sent,
    });
    return headers instanceof Promise ? headers.then(withHeaders) : withHeaders(headers);
  }

  /** The client's bytes, but for the deployment where the body has to name it. */
  override prepareBody(credential: ProviderCredential, call: ProviderCall & { readonly body: Buffer }): Buffer {
    const access = this.accessOf(credential);
    if ('refusal' in access || !namesDeploymentInBody(call, access.version)) return call.body;
    const deployment = deploymentOf(credential, call.model);
    return rewriteOrKeep(call.body, (body) => replaceModel(body, deployment));
  }

  override embeddings(): 'openai' {
    return 'openai';
  }

  override stateFamily(model: string): StateFamily {
    // A model that is known by its deployment's name is OpenAI's unless that name says otherwise.
    return stateFamilyOfModel(model) ?? 'openai';
  }

  override storesResponses(): boolean {
    return true;
  }

  private headersOf({
    authentication,
  }: AzureAccess): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>> {
    if (authentication.kind === 'key') return { 'api-key': authentication.apiKey };
    const { identity, identityKey } = authentication;
    const token = this.tokens.get(identityKey, () => this.entraTokens(identity));
    return token instanceof Promise ? token.then(bearer) : bearer(token);
  }
}

function bearer({ token }: ExpiringToken): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
