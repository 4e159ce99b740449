import type { ModelCapabilities } from '../spec/model-capabilities.js';
import type { CapabilityRow } from './capability-row.js';

/** OpenAI's pages of its models, as gpt-tokenizer 4.0.0 repeats them; a test holds the figures to it. */
const MODEL_PAGES = { source: 'https://developers.openai.com/api/docs/models', checked: '2026-11-27' };
/** Which parameters a reasoning model refuses. */
const LATEST_MODEL_GUIDE = {
  source: 'https://developers.openai.com/api/docs/guides/latest-model',
  checked: '2026-11-27',
};

const TEXT_ONLY: Partial<ModelCapabilities> = { input: [], output: [] };
const READS_PICTURES: Partial<ModelCapabilities> = { input: ['image', 'document'], output: [] };
const TALKS: Partial<ModelCapabilities> = { input: ['audio'], output: ['audio'] };
const PLAIN: Partial<ModelCapabilities> = { tools: true, thinking: 'none', sampling: true, openAiInterfaces: 'both' };
const REASONS: Partial<ModelCapabilities> = {
  ...READS_PICTURES,
  tools: true,
  structuredOutput: true,
  thinking: 'effort',
  sampling: false,
  openAiInterfaces: 'both',
};
const RESPONSES_ONLY: Partial<ModelCapabilities> = { ...REASONS, openAiInterfaces: 'responses' };
const WINDOW_128K = { contextTokens: 128_000, outputTokensMax: 16_384 };
const WINDOW_200K = { contextTokens: 200_000, outputTokensMax: 100_000 };
const WINDOW_400K = { contextTokens: 400_000, outputTokensMax: 128_000 };
const WINDOW_1M = { contextTokens: 1_050_000, outputTokensMax: 128_000 };

/** What is known of OpenAI's models. */
export const OPENAI_MODELS: readonly CapabilityRow[] = [
  {
    ids: ['gpt-3.5-turbo', 'gpt-3.5-turbo-16k', 'gpt-35-turbo'],
    capabilities: { ...PLAIN, ...TEXT_ONLY, structuredOutput: false, contextTokens: 16_385, outputTokensMax: 4_096 },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-4'],
    capabilities: { ...PLAIN, ...TEXT_ONLY, structuredOutput: false, contextTokens: 8_192, outputTokensMax: 8_192 },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-4-turbo', 'gpt-4-1106-preview', 'gpt-4-0125-preview'],
    capabilities: { ...PLAIN, structuredOutput: false, contextTokens: 128_000, outputTokensMax: 4_096 },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-4o-2024-05-13'],
    capabilities: {
      ...PLAIN,
      ...READS_PICTURES,
      structuredOutput: false,
      contextTokens: 128_000,
      outputTokensMax: 4_096,
    },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-4o', 'gpt-4o-mini'],
    capabilities: { ...PLAIN, ...READS_PICTURES, ...WINDOW_128K, structuredOutput: true },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-4o-audio', 'gpt-4o-mini-audio', 'gpt-audio', 'gpt-audio-mini', 'gpt-audio-1.5'],
    capabilities: { ...PLAIN, ...TALKS, ...WINDOW_128K, openAiInterfaces: 'chat' },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-4o-search', 'gpt-4o-mini-search'],
    capabilities: { ...TEXT_ONLY, ...WINDOW_128K, thinking: 'none', openAiInterfaces: 'chat' },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-4.1', 'gpt-4.1-mini', 'gpt-4.1-nano'],
    capabilities: {
      ...PLAIN,
      ...READS_PICTURES,
      structuredOutput: true,
      contextTokens: 1_047_576,
      outputTokensMax: 32_768,
    },
    ...MODEL_PAGES,
  },
  {
    ids: ['o1-mini', 'o1-preview'],
    capabilities: { ...TEXT_ONLY, tools: false, thinking: 'none', sampling: false, openAiInterfaces: 'chat' },
    ...MODEL_PAGES,
  },
  {
    ids: ['o3-mini'],
    capabilities: { ...REASONS, ...TEXT_ONLY, ...WINDOW_200K },
    ...MODEL_PAGES,
  },
  {
    ids: ['o1', 'o3', 'o4-mini'],
    capabilities: { ...REASONS, ...WINDOW_200K },
    ...MODEL_PAGES,
  },
  {
    ids: ['o1-pro', 'o3-pro', 'codex-mini'],
    capabilities: { ...RESPONSES_ONLY, ...WINDOW_200K },
    ...MODEL_PAGES,
  },
  {
    ids: ['o3-deep-research', 'o4-mini-deep-research'],
    capabilities: { ...WINDOW_200K, sampling: false, openAiInterfaces: 'responses' },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-5', 'gpt-5-mini', 'gpt-5-nano'],
    capabilities: { ...REASONS, ...WINDOW_400K },
    ...LATEST_MODEL_GUIDE,
  },
  {
    ids: ['gpt-5-chat'],
    capabilities: {
      ...READS_PICTURES,
      ...WINDOW_128K,
      thinking: 'none',
      sampling: true,
      openAiInterfaces: 'both',
    },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-5.1-chat', 'gpt-5.2-chat', 'gpt-5.3-chat'],
    capabilities: { ...READS_PICTURES, ...WINDOW_128K, tools: true, structuredOutput: true, openAiInterfaces: 'both' },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-5-pro'],
    capabilities: { ...RESPONSES_ONLY, contextTokens: 400_000, outputTokensMax: 272_000 },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-5.2-pro'],
    capabilities: { ...RESPONSES_ONLY, ...WINDOW_400K, structuredOutput: undefined },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-5.4-pro', 'gpt-5.5-pro'],
    capabilities: { ...RESPONSES_ONLY, ...WINDOW_1M, structuredOutput: undefined },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-5-codex', 'gpt-5.1-codex', 'gpt-5.1-codex-max', 'gpt-5.1-codex-mini', 'gpt-5.2-codex', 'gpt-5.3-codex'],
    capabilities: { ...RESPONSES_ONLY, ...WINDOW_400K },
    ...MODEL_PAGES,
  },
  {
    ids: ['gpt-5.1', 'gpt-5.2', 'gpt-5.4-mini', 'gpt-5.4-nano'],
    capabilities: { ...REASONS, ...WINDOW_400K },
    samplingException: 'not-asked-to-reason',
    ...LATEST_MODEL_GUIDE,
  },
  {
    ids: ['gpt-5.4'],
    capabilities: { ...REASONS, ...WINDOW_1M },
    samplingException: 'not-asked-to-reason',
    ...LATEST_MODEL_GUIDE,
  },
  {
    ids: ['gpt-5.5', 'gpt-5.6', 'gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna'],
    capabilities: { ...REASONS, ...WINDOW_1M },
    samplingException: 'asked-not-to-reason',
    ...LATEST_MODEL_GUIDE,
  },
  {
    ids: ['gpt-6-sol', 'gpt-6-luna', 'gpt-6.1-terra'],
    capabilities: { ...REASONS, ...WINDOW_1M },
    samplingException: 'asked-not-to-reason',
    ...LATEST_MODEL_GUIDE,
  },
  {
    ids: ['gpt-6-astra', 'gpt-6.1-sol', 'gpt-6.2-astra'],
    capabilities: { ...REASONS, ...WINDOW_1M },
    ...LATEST_MODEL_GUIDE,
  },
  {
    ids: ['gpt-oss-120b', 'gpt-oss-120b-1', 'gpt-oss-20b', 'gpt-oss-20b-1', 'gpt-oss-safeguard-20b'],
    capabilities: { ...TEXT_ONLY, tools: true, thinking: 'effort', contextTokens: 131_072 },
    ...MODEL_PAGES,
  },
];
