import type { Clock } from '#kernel';
import { encodePathSegment } from '../adapters/path-segment.js';
import { perCredential } from '../adapters/per-credential.js';
import { NO_SUCH_INTERFACE, UNUSABLE_MODEL_NAME } from '../adapters/refusals.js';
import { TokenCache, type ExpiringToken } from '../adapters/token-cache.js';
import { bedrockStateFamily } from '../dialects/bedrock-converse/index.js';
import { bedrockEmbeddingsCodec } from '../dialects/bedrock-embeddings/index.js';
import type { Dialect } from '../spec/dialect.js';
import type { ProviderEmbeddingsCodec } from '../spec/embeddings.js';
import {
  ProviderAdapter,
  type CredentialRules,
  type ProviderCall,
  type ProviderCredential,
  type TargetRefusal,
  type UpstreamTarget,
} from '../spec/provider-adapter.js';
import type { StateFamily } from '../spec/provider-state.js';
import type { AwsCredentials } from './aws-credentials.js';
import { createAwsProviderChain } from './aws-provider-chain.js';
import { readBedrockIdentity, type BedrockIdentity } from './bedrock-identity.js';
import { bedrockCredentialSchema } from './credential-schema.js';
import { RequestSigner } from './request-signer.js';
import { findRuntimeEndpoint, type RuntimeEndpoint } from './runtime-endpoint.js';

/** What the adapter needs from outside. */
export interface BedrockAdapterOptions {
  readonly clock: Clock;
  /** The identity of the machine, for credentials without keys. Default: AWS's own chain of sources. */
  readonly ambient?: () => Promise<AwsCredentials>;
}

/** What a credential comes to. */
interface Access {
  readonly endpoint: RuntimeEndpoint;
  readonly identity: BedrockIdentity;
}

/** Keys of the machine, as long as they are kept. */
interface AmbientKeys extends ExpiringToken {
  readonly keys: AwsCredentials;
}

/** A process has one identity. */
const AMBIENT = 'ambient';

/** The service that requests are signed for, whatever the host is called. */
const SIGNING_SERVICE = 'bedrock';

const DIALECTS: readonly Dialect[] = ['bedrock-converse'];
const NO_DIALECTS: readonly Dialect[] = [];

/**
 * Amazon Bedrock: Converse for answers, InvokeModel for embeddings.
 *
 * A `deploymentMap` leads from the client's name of a model to an inference profile or an ARN. A `base_url` is a VPC
 * endpoint or a proxy; requests are signed for its host.
 */
export class BedrockAdapter extends ProviderAdapter {
  override readonly families = ['bedrock'];

  private readonly accessOf = perCredential(readAccess);
  private readonly signer: RequestSigner;
  private readonly ambientKeys: TokenCache<AmbientKeys>;
  private readonly ambient: () => Promise<AwsCredentials>;

  constructor({ clock, ambient = createAwsProviderChain() }: BedrockAdapterOptions) {
    super();
    this.signer = new RequestSigner(clock);
    this.ambientKeys = new TokenCache(clock);
    this.ambient = ambient;
  }

  override credentialRules(): CredentialRules {
    return { schema: bedrockCredentialSchema, baseUrl: 'optional' };
  }

  override dialects(credential: ProviderCredential, model: string): readonly Dialect[] {
    return this.embeddings(credential, model) === undefined ? DIALECTS : NO_DIALECTS;
  }

  override embeddings(credential: ProviderCredential, model: string): ProviderEmbeddingsCodec | undefined {
    return bedrockEmbeddingsCodec(deployedModel(credential, model));
  }

  override stateFamily(model: string): StateFamily | undefined {
    return bedrockStateFamily(model);
  }

  override target(
    credential: ProviderCredential,
    call: ProviderCall,
  ): UpstreamTarget | TargetRefusal | Promise<UpstreamTarget> {
    const action = actionOf(call);
    if (action === undefined) return NO_SUCH_INTERFACE;
    // An ARN is one segment of the path, its slashes encoded.
    const model = encodePathSegment(deployedModel(credential, call.model));
    if (model === undefined) return UNUSABLE_MODEL_NAME;
    const access = this.accessOf(credential);
    if ('refusal' in access) return access;
    const { endpoint, identity } = access;
    const path = `${endpoint.path}/model/${model}/${action}`;
    const target = { origin: endpoint.origin, path, method: 'POST', framing: 'aws-event-stream' } as const;
    if (identity.kind === 'api-key') return { ...target, headers: { authorization: `Bearer ${identity.apiKey}` } };
    const { region } = endpoint;
    if (region === undefined) {
      return { refusal: 'the model provider has no "region", and its base_url does not tell which one to sign for' };
    }
    const scope = { service: SIGNING_SERVICE, region };
    return this.keysOf(identity)
      .then((keys) => this.signer.sign({ ...target, body: call.body }, keys, scope))
      .then((headers) => ({ ...target, headers }));
  }

  private async keysOf(identity: BedrockIdentity & { readonly kind: 'keys' | 'ambient' }): Promise<AwsCredentials> {
    if (identity.kind === 'keys') return identity.keys;
    return (await this.ambientKeys.get(AMBIENT, () => this.fetchAmbient())).keys;
  }

  private async fetchAmbient(): Promise<AmbientKeys> {
    const keys = await this.ambient();
    return { token: keys.accessKeyId, keys, expiresAtMs: keys.expiration?.getTime() ?? Infinity };
  }
}

function readAccess(credential: ProviderCredential): Access | TargetRefusal {
  const endpoint = findRuntimeEndpoint(credential);
  if ('refusal' in endpoint) return endpoint;
  const identity = readBedrockIdentity(credential.credentials);
  return 'refusal' in identity ? identity : { endpoint, identity };
}

/** Looks at own members only: the model is a client's word. */
function deployedModel({ deploymentMap }: ProviderCredential, model: string): string {
  return (Object.hasOwn(deploymentMap, model) ? deploymentMap[model] : undefined) ?? model;
}

function actionOf({ operation, streams }: ProviderCall): string | undefined {
  if (operation === 'generate') return streams ? 'converse-stream' : 'converse';
  return operation === 'embed' ? 'invoke' : undefined;
}
