import type { Clock } from '#kernel';
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
import { AmbientCredentials } from './ambient-credentials.js';
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

/** The service that requests are signed for, whatever the host is called. */
const SIGNING_SERVICE = 'bedrock';

/** Ids of models and profiles, and ARNs. */
const MODEL_ID = /^[a-zA-Z0-9][a-zA-Z0-9.:/_-]{0,2047}$/;

const JSON_TYPE = 'application/json';
const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';

/**
 * Amazon Bedrock: Converse for answers, InvokeModel for embeddings.
 *
 * A `deploymentMap` leads from the client's name of a model to an inference profile or an ARN. A `base_url` is a VPC
 * endpoint or a proxy; requests are signed for its host.
 */
export class BedrockAdapter extends ProviderAdapter {
  override readonly families = ['bedrock'];

  private readonly signer: RequestSigner;
  private readonly ambient: AmbientCredentials;
  /** By credential object: a bundle's credentials are immutable, so each is read once. */
  private readonly accesses = new WeakMap<ProviderCredential, Access | TargetRefusal>();

  constructor({ clock, ambient = createAwsProviderChain() }: BedrockAdapterOptions) {
    super();
    this.signer = new RequestSigner(clock);
    this.ambient = new AmbientCredentials(clock, ambient);
  }

  override credentialRules(): CredentialRules {
    return { schema: bedrockCredentialSchema, baseUrl: 'optional' };
  }

  override dialects(credential: ProviderCredential, model: string): readonly Dialect[] {
    return bedrockEmbeddingsCodec(deployedModel(credential, model)) === undefined ? ['bedrock-converse'] : [];
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
  ): UpstreamTarget | TargetRefusal | Promise<UpstreamTarget | TargetRefusal> {
    const action = actionOf(call);
    if (action === undefined)
      return { refusal: `Bedrock has no interface for "${call.operation}" that this gateway uses` };
    const model = deployedModel(credential, call.model);
    if (!MODEL_ID.test(model)) return { refusal: 'the model is neither a Bedrock model id nor an ARN' };
    const access = this.accessOf(credential);
    if ('refusal' in access) return access;
    const { endpoint, identity } = access;
    const target: UpstreamTarget = {
      origin: endpoint.origin,
      // An ARN is one segment of the path, its slashes encoded.
      path: `${endpoint.pathPrefix}/model/${encodeURIComponent(model)}/${action}`,
      method: 'POST',
      headers: { accept: call.streams ? EVENT_STREAM_TYPE : JSON_TYPE },
      framing: 'aws-event-stream',
    };
    if (identity.kind === 'api-key') return withHeaders(target, { authorization: `Bearer ${identity.apiKey}` });
    const { region } = endpoint;
    if (region === undefined) {
      return { refusal: 'the model provider has no "region", and its base_url does not tell which one to sign for' };
    }
    return this.sign(target, call.body, identity.kind === 'keys' ? identity.keys : this.ambient.get(), region);
  }

  private async sign(
    target: UpstreamTarget,
    body: Buffer | undefined,
    keys: AwsCredentials | Promise<AwsCredentials>,
    region: string,
  ): Promise<UpstreamTarget> {
    const { method, origin, path } = target;
    const scope = { service: SIGNING_SERVICE, region };
    return withHeaders(target, await this.signer.sign({ method, origin, path, body }, await keys, scope));
  }

  private accessOf(credential: ProviderCredential): Access | TargetRefusal {
    let access = this.accesses.get(credential);
    if (access === undefined) {
      access = readAccess(credential);
      this.accesses.set(credential, access);
    }
    return access;
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

function withHeaders(target: UpstreamTarget, headers: Readonly<Record<string, string>>): UpstreamTarget {
  return { ...target, headers: { ...target.headers, ...headers } };
}
