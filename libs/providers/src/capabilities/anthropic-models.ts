import type { ModelCapabilities } from '../spec/model-capabilities.js';
import type { CapabilityRow } from './capability-row.js';

/** Windows, output caps and ways to think of each model. */
const MODELS_OVERVIEW = { source: 'https://platform.claude.com/docs/en/models/overview', checked: '2026-11-27' };
/** Which settings a model answers with 400: prefill since 4.6, budgets and sampling since Opus 4.7. */
const MIGRATION_GUIDES = {
  source: 'https://platform.claude.com/docs/en/about-claude/models/migration-guide',
  checked: '2026-11-27',
};

const CLAUDE: Partial<ModelCapabilities> = { input: ['image', 'document'], output: [], tools: true };
/** Up to 4.5: the prompt may begin the answer, and thinking is budgeted. */
const CLASSIC: Partial<ModelCapabilities> = { ...CLAUDE, prefill: true, sampling: true };
/** From Opus 4.7: adaptive thinking steered by effort, and neither budgets nor sampling. */
const ADAPTIVE: Partial<ModelCapabilities> = {
  ...CLAUDE,
  contextTokens: 1_000_000,
  outputTokensMax: 128_000,
  structuredOutput: true,
  prefill: false,
  thinking: 'effort',
  sampling: false,
};

/** What is known of Anthropic's models. */
export const ANTHROPIC_MODELS: readonly CapabilityRow[] = [
  {
    ids: ['claude-3-haiku', 'claude-3-sonnet', 'claude-3-opus'],
    capabilities: {
      ...CLASSIC,
      input: undefined,
      contextTokens: 200_000,
      outputTokensMax: 4_096,
      structuredOutput: false,
      thinking: 'none',
    },
    ...MODELS_OVERVIEW,
  },
  {
    ids: ['claude-3-5-haiku', 'claude-3-5-sonnet'],
    capabilities: {
      ...CLASSIC,
      contextTokens: 200_000,
      outputTokensMax: 8_192,
      structuredOutput: false,
      thinking: 'none',
    },
    ...MODELS_OVERVIEW,
  },
  {
    ids: ['claude-3-7-sonnet', 'claude-sonnet-3-7'],
    capabilities: {
      ...CLASSIC,
      contextTokens: 200_000,
      outputTokensMax: 64_000,
      structuredOutput: false,
      thinking: 'budget',
    },
    ...MODELS_OVERVIEW,
  },
  {
    // No context window: a beta header raised it to a million for some.
    ids: ['claude-sonnet-4', 'claude-sonnet-4-0'],
    capabilities: { ...CLASSIC, outputTokensMax: 64_000, structuredOutput: false, thinking: 'budget' },
    ...MODELS_OVERVIEW,
  },
  {
    ids: ['claude-opus-4', 'claude-opus-4-0'],
    capabilities: {
      ...CLASSIC,
      contextTokens: 200_000,
      outputTokensMax: 32_000,
      structuredOutput: false,
      thinking: 'budget',
    },
    ...MODELS_OVERVIEW,
  },
  {
    ids: ['claude-opus-4-1'],
    capabilities: {
      ...CLASSIC,
      contextTokens: 200_000,
      outputTokensMax: 32_000,
      structuredOutput: true,
      thinking: 'budget',
    },
    ...MODELS_OVERVIEW,
  },
  {
    // No context window: a beta header raised it to a million for some.
    ids: ['claude-sonnet-4-5'],
    capabilities: { ...CLASSIC, outputTokensMax: 64_000, structuredOutput: true, thinking: 'budget' },
    ...MODELS_OVERVIEW,
  },
  {
    // Opus 4.5 knows efforts, but thinks by budget only.
    ids: ['claude-haiku-4-5', 'claude-opus-4-5'],
    capabilities: {
      ...CLASSIC,
      contextTokens: 200_000,
      outputTokensMax: 64_000,
      structuredOutput: true,
      thinking: 'budget',
    },
    ...MODELS_OVERVIEW,
  },
  {
    ids: ['claude-opus-4-6', 'claude-sonnet-4-6'],
    capabilities: { ...ADAPTIVE, thinking: 'both', sampling: true },
    ...MIGRATION_GUIDES,
  },
  {
    ids: ['claude-mythos'],
    capabilities: { ...CLAUDE, prefill: false, thinking: 'effort', sampling: false },
    ...MIGRATION_GUIDES,
  },
  {
    ids: [
      'claude-opus-4-7',
      'claude-opus-4-8',
      'claude-opus-5',
      'claude-opus-5-5',
      'claude-sonnet-5',
      'claude-sonnet-5-5',
      'claude-haiku-5-5',
      'claude-fable-5',
      'claude-fable-5-1',
      'claude-fable-5-2',
      'claude-mythos-5',
      'claude-mythos-5-1',
      'claude-mythos-5-2',
    ],
    capabilities: ADAPTIVE,
    ...MIGRATION_GUIDES,
  },
];
