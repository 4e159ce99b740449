import { z } from 'zod';
import { plainField, regionField, secretField } from '../adapters/credential-fields.js';
import { geminiMethodOf } from '../adapters/gemini-methods.js';
import { perCredential } from '../adapters/per-credential.js';
import { NO_SUCH_INTERFACE, UNUSABLE_MODEL_NAME } from '../adapters/refusals.js';
import { isGoogleEmbeddingModel, vertexEmbeddingOf } from '../adapters/vertex-embeddings.js';
import { geminiEmbeddingsProvider } from '../dialects/gemini-embeddings/index.js';
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
import { isAgentPlatform, readGeminiEndpoint, type GeminiEndpoint } from './gemini-endpoint.js';
import { readGeminiModel } from './gemini-model.js';

const DIALECTS: readonly Dialect[] = ['gemini'];
const NO_DIALECTS: readonly Dialect[] = [];

const credentialSchema = z
  .strictObject({ api_key: secretField, project_id: plainField.optional(), region: regionField.optional() })
  .refine(
    (names) => (names.project_id === undefined) === (names.region === undefined),
    'project_id and region go together',
  );

/**
 * Gemini models with an API key: the Gemini API, or Google Cloud's Agent Platform when the credential names a project
 * and a region.
 */
export class GeminiApiAdapter extends ProviderAdapter {
  override readonly families = ['gemini'];

  private readonly endpointOf = perCredential(readGeminiEndpoint);

  override credentialRules(): CredentialRules {
    return { schema: credentialSchema, baseUrl: 'optional' };
  }

  override dialects(_credential: ProviderCredential, model: string): readonly Dialect[] {
    return isGoogleEmbeddingModel(model) ? NO_DIALECTS : DIALECTS;
  }

  override target(credential: ProviderCredential, call: ProviderCall): UpstreamTarget | TargetRefusal {
    const endpoint = this.endpointOf(credential);
    if ('refusal' in endpoint) return endpoint;
    return call.operation === 'list-models' ? modelList(endpoint) : modelTarget(endpoint, call);
  }

  override embeddings(credential: ProviderCredential, model: string): ProviderEmbeddingsCodec | undefined {
    if (isAgentPlatform(credential)) return vertexEmbeddingOf(bareName(model))?.codec;
    return isGoogleEmbeddingModel(model) ? geminiEmbeddingsProvider : undefined;
  }

  override stateFamily(): StateFamily {
    return 'gemini';
  }

  override countsTokens(dialect: Dialect): boolean {
    return dialect === 'gemini';
  }
}

function modelTarget(endpoint: GeminiEndpoint, call: ProviderCall): UpstreamTarget | TargetRefusal {
  const method = geminiMethodOf(call, embedMethodOf(endpoint, call.model));
  if (method === undefined) return NO_SUCH_INTERFACE;
  const model = readGeminiModel(call.model);
  if (model === undefined) return UNUSABLE_MODEL_NAME;
  return {
    origin: endpoint.origin,
    path: `${endpoint.path}/${model.collection}/${model.id}:${method}`,
    method: 'POST',
    headers: { 'x-goog-api-key': endpoint.apiKey },
  };
}

function embedMethodOf(endpoint: GeminiEndpoint, model: string): string | undefined {
  return endpoint.isAgentPlatform ? vertexEmbeddingOf(bareName(model))?.method : 'batchEmbedContents';
}

function bareName(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1);
}

/** The list in OpenAI's shape, which Google serves beside its own and which wants the key as a bearer token. */
function modelList({ origin, path, apiKey, isAgentPlatform }: GeminiEndpoint): UpstreamTarget | TargetRefusal {
  if (isAgentPlatform) return NO_SUCH_INTERFACE;
  return { origin, path: `${path}/openai/models`, method: 'GET', headers: { authorization: `Bearer ${apiKey}` } };
}
