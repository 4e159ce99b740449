import type { ModelCapabilities } from '../spec/model-capabilities.js';
import type { CapabilityRow } from './capability-row.js';

/** Context windows, as the price data repeats them from the vendors' pages. */
const WINDOWS = { source: 'https://github.com/pydantic/genai-prices, 0.1.8', checked: '2026-11-27' };
const LLAMA_CARDS = { source: 'https://huggingface.co/meta-llama', checked: '2026-11-27' };
const MISTRAL_PAGES = { source: 'https://docs.mistral.ai/models', checked: '2026-11-27' };
const NOVA_GUIDE = { source: 'https://docs.aws.amazon.com/nova/latest/userguide', checked: '2026-11-27' };
const COMMAND_PAGES = { source: 'https://docs.cohere.com/docs/command-r', checked: '2026-11-27' };
const GROK_REASONING = {
  source: 'https://docs.x.ai/developers/model-capabilities/text/reasoning',
  checked: '2026-11-27',
};

const READS_TEXT: Partial<ModelCapabilities> = { input: [], output: [] };
const READS_IMAGES: Partial<ModelCapabilities> = { input: ['image'], output: [] };
const READS_ALL_BUT_AUDIO: Partial<ModelCapabilities> = { input: ['image', 'video', 'document'], output: [] };
const ANSWERS_AT_ONCE: Partial<ModelCapabilities> = { thinking: 'none', sampling: true };

/**
 * What is known of the models of Mistral, Meta, xAI, Amazon, Cohere, DeepSeek and Alibaba. Many hosts serve the open ones,
 * some with a smaller window: the one here is the model's own, which none exceeds.
 */
export const OTHER_MODELS: readonly CapabilityRow[] = [
  {
    ids: ['mistral-large-2512', 'mistral-large-3*'],
    capabilities: { contextTokens: 262_144, tools: true },
    ...WINDOWS,
  },
  {
    ids: ['mistral-large-2407', 'mistral-large-2411', 'pixtral-large-2411', 'pixtral-large-2502'],
    capabilities: { ...ANSWERS_AT_ONCE, contextTokens: 131_072, tools: true },
    ...MISTRAL_PAGES,
  },
  {
    ids: ['mistral-medium-2505', 'mistral-medium-2508', 'mistral-medium-3.1'],
    capabilities: { contextTokens: 131_072, tools: true },
    ...WINDOWS,
  },
  {
    ids: ['mistral-medium-3.5', 'mistral-medium-3-5', 'mistral-small-2603'],
    capabilities: { contextTokens: 262_144, tools: true },
    ...WINDOWS,
  },
  { ids: ['codestral-2508'], capabilities: { contextTokens: 256_000 }, ...WINDOWS },
  { ids: ['devstral-2512'], capabilities: { contextTokens: 262_144, tools: true }, ...WINDOWS },
  {
    ids: ['llama-3.1*', 'llama-3.3*', 'llama3.1*', 'llama3.3*', 'llama3-1*', 'llama3-3*', 'llama-v3p1*', 'llama-v3p3*'],
    capabilities: { ...READS_TEXT, ...ANSWERS_AT_ONCE, contextTokens: 131_072 },
    ...LLAMA_CARDS,
  },
  {
    ids: ['llama-3.2-1b*', 'llama-3.2-3b*', 'llama3-2-1b*', 'llama3-2-3b*', 'meta-llama-3.1*'],
    capabilities: { ...READS_TEXT, ...ANSWERS_AT_ONCE, contextTokens: 131_072 },
    ...LLAMA_CARDS,
  },
  {
    ids: ['llama-3.2-11b*', 'llama-3.2-90b*', 'llama3-2-11b*', 'llama3-2-90b*'],
    capabilities: { ...READS_IMAGES, ...ANSWERS_AT_ONCE, contextTokens: 131_072 },
    ...LLAMA_CARDS,
  },
  {
    ids: ['llama-4-scout*', 'llama4-scout*'],
    capabilities: { ...READS_IMAGES, ...ANSWERS_AT_ONCE, contextTokens: 10_485_760 },
    ...LLAMA_CARDS,
  },
  {
    ids: ['llama-4-maverick*', 'llama4-maverick*'],
    capabilities: { ...READS_IMAGES, ...ANSWERS_AT_ONCE, contextTokens: 1_048_576 },
    ...LLAMA_CARDS,
  },
  {
    ids: ['grok-3', 'grok-3-fast'],
    capabilities: { contextTokens: 131_072, tools: true, thinking: 'none' },
    ...WINDOWS,
  },
  {
    ids: ['grok-3-mini', 'grok-3-mini-fast'],
    capabilities: { contextTokens: 131_072, tools: true, thinking: 'effort' },
    ...WINDOWS,
  },
  {
    // They reason or do not, by their name; an effort is refused.
    ids: ['grok-4'],
    capabilities: { contextTokens: 256_000, tools: true, thinking: 'none' },
    ...GROK_REASONING,
  },
  {
    ids: ['grok-4-fast*', 'grok-4-1-fast*'],
    capabilities: { contextTokens: 2_000_000, tools: true, thinking: 'none' },
    ...GROK_REASONING,
  },
  { ids: ['grok-4.20*'], capabilities: { contextTokens: 2_000_000, tools: true }, ...WINDOWS },
  {
    ids: ['grok-4.3'],
    capabilities: { contextTokens: 1_000_000, tools: true, thinking: 'effort' },
    ...GROK_REASONING,
  },
  {
    ids: ['grok-4.5', 'grok-4.6'],
    capabilities: { contextTokens: 500_000, tools: true, thinking: 'effort' },
    ...GROK_REASONING,
  },
  {
    ids: ['grok-code-fast', 'grok-code-fast-1', 'grok-build-0.1'],
    capabilities: { contextTokens: 256_000, tools: true },
    ...WINDOWS,
  },
  {
    ids: ['nova-micro'],
    capabilities: { ...READS_TEXT, ...ANSWERS_AT_ONCE, contextTokens: 128_000, tools: true },
    ...NOVA_GUIDE,
  },
  {
    ids: ['nova-lite', 'nova-pro'],
    capabilities: { ...READS_ALL_BUT_AUDIO, ...ANSWERS_AT_ONCE, contextTokens: 300_000, tools: true },
    ...NOVA_GUIDE,
  },
  {
    ids: ['nova-premier'],
    capabilities: { ...READS_ALL_BUT_AUDIO, ...ANSWERS_AT_ONCE, contextTokens: 1_000_000, tools: true },
    ...NOVA_GUIDE,
  },
  {
    ids: ['nova-2-lite'],
    capabilities: { ...READS_ALL_BUT_AUDIO, contextTokens: 1_000_000, tools: true, thinking: 'effort' },
    source: 'https://docs.aws.amazon.com/nova/latest/nova2-userguide',
    checked: '2026-11-27',
  },
  { ids: ['command-a', 'command-a-03-2025'], capabilities: { contextTokens: 256_000, tools: true }, ...WINDOWS },
  {
    ids: ['command-r', 'command-r-03-2024', 'command-r-08-2024', 'command-r-plus', 'command-r-plus-08-2024'],
    capabilities: { ...ANSWERS_AT_ONCE, contextTokens: 128_000, outputTokensMax: 4_000, tools: true },
    ...COMMAND_PAGES,
  },
  {
    ids: ['deepseek-v3', 'deepseek-v3-0324', 'deepseek-chat-v3-0324', 'deepseek-v3.1*', 'deepseek-v3.2*'],
    capabilities: { contextTokens: 163_840, tools: true },
    ...WINDOWS,
  },
  {
    ids: ['deepseek-v4-flash', 'deepseek-v4-pro'],
    capabilities: { contextTokens: 1_048_576, tools: true },
    ...WINDOWS,
  },
  { ids: ['qwen3-max', 'qwen3-max-thinking'], capabilities: { contextTokens: 262_144, tools: true }, ...WINDOWS },
  {
    ids: ['qwen3-coder-flash', 'qwen3-coder-plus', 'qwen3.6-flash', 'qwen3.6-plus', 'qwen3.7-max', 'qwen3.7-plus'],
    capabilities: { contextTokens: 1_000_000, tools: true },
    ...WINDOWS,
  },
];
