/** What every row's credential holds in the place where its vendor has the key; the fake upstream takes no other. */
export const UPSTREAM_KEY = 'upstream-key-of-the-matrix';

/** What a row's model provider needs to know of the run. */
export interface RowContext {
  /** The fake upstream of the row, without a path. */
  readonly upstreamUrl: string;
  /** The JSON text of a service account that the run's own token endpoint knows. */
  readonly serviceAccount: string;
}

/** One model provider of the matrix, configured as a customer would. */
export interface ProviderRow {
  readonly title: string;
  /** The model that answers, as a client asks for it. */
  readonly model: string;
  /** The model that is asked for embeddings: the vendor's own, or what a customer might try where it has none. */
  readonly embeddingModel: string;
  /** Its model embeds one text a request. Default: several. */
  readonly embedsOneText?: true;
  /** Its API does not tell how many tokens were embedded. Default: it does. */
  readonly silentOnEmbeddings?: true;
  /** Tells the usage of streams unasked, as vendors do that know no `stream_options`. Default: it is asked. */
  readonly usage?: 'always';
  /** The body that creates it, apart from its name. */
  readonly create: (context: RowContext) => Readonly<Record<string, unknown>>;
}

const SOME_EMBEDDING_MODEL = 'text-embedding-3-small';

const apiKey = { credentials: { api_key: UPSTREAM_KEY } };

/** A vendor that is reached with a key at a base URL, under the path that its own API has. */
function keyed(title: string, type: string, path: string, models: readonly [string, string?]): ProviderRow {
  const [model, embeddingModel = SOME_EMBEDDING_MODEL] = models;
  return {
    title,
    model,
    embeddingModel,
    create: ({ upstreamUrl }) => ({ type, base_url: `${upstreamUrl}${path}`, ...apiKey }),
  };
}

function azure(title: string, model: string, credentials: object, deployments: object = {}): ProviderRow {
  return {
    title,
    model,
    embeddingModel: SOME_EMBEDDING_MODEL,
    create: ({ upstreamUrl }) => ({
      type: 'azure',
      credentials: { endpoint: upstreamUrl, ...credentials },
      deployment_map: deployments,
    }),
  };
}

function bedrock(title: string, model: string, embeddingModel: string): ProviderRow {
  const credentials = { access_key: UPSTREAM_KEY, secret_key: 'secret', region: 'us-east-1' };
  return {
    title,
    model,
    embeddingModel,
    create: ({ upstreamUrl }) => ({ type: 'bedrock', base_url: upstreamUrl, credentials }),
  };
}

function vertex(title: string, model: string, embeddingModel: string): ProviderRow {
  return {
    title,
    model,
    embeddingModel,
    create: ({ upstreamUrl, serviceAccount }) => ({
      type: 'vertex',
      base_url: upstreamUrl,
      credentials: { project_id: 'matrix', region: 'us-east5', auth_credentials: serviceAccount },
    }),
  };
}

/** Every provider of the matrix, in the order of its rows. */
export const PROVIDER_ROWS: readonly ProviderRow[] = [
  keyed('OpenAI', 'openai', '/v1', ['gpt-5.2', SOME_EMBEDDING_MODEL]),
  azure(
    'Azure OpenAI, deployments',
    'gpt-5.2',
    { api_key: UPSTREAM_KEY, api_version: '2025-04-01-preview' },
    { 'gpt-5.2': 'our-gpt' },
  ),
  azure('Azure OpenAI, v1 and a model of Responses alone', 'gpt-5.1-codex', { api_key: UPSTREAM_KEY }),
  azure('Azure OpenAI, Entra ID', 'gpt-4.1', {
    tenant_id: 'tenant.example',
    client_id: 'client',
    client_secret: UPSTREAM_KEY,
  }),
  keyed('Anthropic', 'anthropic', '', ['claude-opus-4-5']),
  {
    ...bedrock('AWS Bedrock, Claude', 'us.anthropic.claude-opus-4-5-20251101-v1:0', 'amazon.titan-embed-text-v2:0'),
    embedsOneText: true,
  },
  {
    ...bedrock('AWS Bedrock, Nova', 'amazon.nova-pro-v1:0', 'cohere.embed-multilingual-v3'),
    silentOnEmbeddings: true,
  },
  { ...vertex('Vertex AI, Gemini', 'gemini-3.5-flash', 'gemini-embedding-001'), embedsOneText: true },
  vertex('Vertex AI, Claude', 'claude-opus-4-5@20251101', 'text-embedding-005'),
  { ...keyed('Gemini API', 'gemini', '', ['gemini-3.5-flash', 'gemini-embedding-001']), silentOnEmbeddings: true },
  keyed('Groq', 'groq', '/openai', ['meta-llama/llama-4-scout-17b-16e-instruct']),
  keyed('xAI', 'xai', '', ['grok-4.3']),
  keyed('DeepSeek', 'deepseek', '', ['deepseek-chat']),
  { ...keyed('Mistral', 'mistral', '', ['mistral-large-latest', 'mistral-embed']), usage: 'always' },
  keyed('Together', 'together', '', ['meta-llama/Llama-3.3-70B-Instruct-Turbo', 'BAAI/bge-base-en-v1.5']),
  keyed('Fireworks', 'fireworks', '/inference', [
    'accounts/fireworks/models/deepseek-v3p1',
    'nomic-ai/nomic-embed-text-v1.5',
  ]),
  keyed('Cerebras', 'cerebras', '', ['gpt-oss-120b']),
  keyed('OpenRouter', 'openrouter', '/api', ['openrouter/anthropic/claude-sonnet-4.6', 'openrouter/baai/bge-m3']),
  keyed('Perplexity', 'perplexity', '', ['sonar-pro']),
  keyed('Ollama', 'ollama', '', ['qwen3:8b', 'nomic-embed-text']),
  keyed('vLLM', 'vllm', '/v1', ['Qwen/Qwen3-32B', 'BAAI/bge-m3']),
  keyed('Any base URL', 'custom', '/our/models/v1', ['our-model', 'our-embeddings']),
  keyed('Voyage', 'voyage', '', ['voyage-3.5', 'voyage-3.5']),
  { ...keyed('Cohere', 'cohere', '/compatibility', ['command-a-03-2025', 'embed-v4.0']), usage: 'always' },
];
