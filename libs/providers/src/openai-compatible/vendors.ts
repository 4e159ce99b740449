import type { OpenAiInterface } from '../adapters/openai-interface.js';

/** A vendor that speaks the OpenAI wire format. */
export interface OpenAiCompatibleVendor {
  readonly family: string;
  /** Where its API lives, up to but without {@link pathPrefix}; undefined when the credential must say. */
  readonly baseUrl: string | undefined;
  /** What it serves, with any model. Requests to other interfaces are translated or refused. */
  readonly interfaces: readonly OpenAiInterface[];
  /** What stands between the base URL and the interfaces' own paths. Default `/v1`. */
  readonly pathPrefix?: '';
  /** True when a request that says `stream_options` is refused; these vendors report usage on streams unasked. */
  readonly refusesStreamOptions?: true;
  /** `optional` for servers that people run themselves, often without authentication. Default `required`. */
  readonly apiKey?: 'optional';
}

/** What servers of open models have in common. */
const SERVER: readonly OpenAiInterface[] = ['chat', 'completions', 'embeddings', 'models'];

/**
 * Every vendor of the OpenAI wire format that we know by name. Adding one is adding a line.
 *
 * An interface stands here only where the vendor documents it as its own; `models` only where the list has OpenAI's
 * shape.
 */
export const OPENAI_COMPATIBLE_VENDORS: readonly OpenAiCompatibleVendor[] = [
  {
    family: 'openai',
    baseUrl: 'https://api.openai.com',
    interfaces: ['chat', 'responses', 'completions', 'embeddings', 'models'],
  },
  { family: 'custom', baseUrl: undefined, interfaces: SERVER, apiKey: 'optional' },
  { family: 'groq', baseUrl: 'https://api.groq.com/openai', interfaces: ['chat', 'models'] },
  { family: 'xai', baseUrl: 'https://api.x.ai', interfaces: ['chat', 'responses', 'models'] },
  { family: 'deepseek', baseUrl: 'https://api.deepseek.com', interfaces: ['chat', 'models'] },
  { family: 'cerebras', baseUrl: 'https://api.cerebras.ai', interfaces: ['chat', 'completions', 'models'] },
  {
    family: 'mistral',
    baseUrl: 'https://api.mistral.ai',
    interfaces: ['chat', 'embeddings', 'models'],
    refusesStreamOptions: true,
  },
  { family: 'together', baseUrl: 'https://api.together.xyz', interfaces: ['chat', 'completions', 'embeddings'] },
  { family: 'fireworks', baseUrl: 'https://api.fireworks.ai/inference', interfaces: SERVER },
  { family: 'openrouter', baseUrl: 'https://openrouter.ai/api', interfaces: SERVER },
  { family: 'perplexity', baseUrl: 'https://api.perplexity.ai', interfaces: ['chat'], pathPrefix: '' },
  { family: 'voyage', baseUrl: 'https://api.voyageai.com', interfaces: ['embeddings'] },
  {
    family: 'cohere',
    baseUrl: 'https://api.cohere.ai/compatibility',
    interfaces: ['chat', 'embeddings'],
    refusesStreamOptions: true,
  },
  { family: 'nvidia', baseUrl: 'https://integrate.api.nvidia.com', interfaces: ['chat', 'embeddings', 'models'] },
  { family: 'huggingface', baseUrl: 'https://router.huggingface.co', interfaces: ['chat', 'models'] },
  { family: 'sambanova', baseUrl: 'https://api.sambanova.ai', interfaces: ['chat', 'embeddings', 'models'] },
  {
    family: 'deepinfra',
    baseUrl: 'https://api.deepinfra.com/v1/openai',
    interfaces: SERVER,
    pathPrefix: '',
  },
  { family: 'moonshot', baseUrl: 'https://api.moonshot.ai', interfaces: ['chat', 'models'] },
  { family: 'zai', baseUrl: 'https://api.z.ai/api/paas/v4', interfaces: ['chat'], pathPrefix: '' },
  {
    family: 'dashscope',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode',
    interfaces: ['chat', 'embeddings', 'models'],
  },
  { family: 'cloudflare', baseUrl: undefined, interfaces: ['chat', 'embeddings'] },
  { family: 'ollama', baseUrl: 'http://localhost:11434', interfaces: SERVER, apiKey: 'optional' },
  { family: 'vllm', baseUrl: undefined, interfaces: SERVER, apiKey: 'optional' },
  { family: 'sglang', baseUrl: undefined, interfaces: SERVER, apiKey: 'optional' },
];
