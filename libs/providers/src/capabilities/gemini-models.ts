import type { ModelCapabilities } from '../spec/model-capabilities.js';
import type { CapabilityRow } from './capability-row.js';

/** Limits and modalities of each model. */
const MODEL_PAGES = { source: 'https://ai.google.dev/gemini-api/docs/models', checked: '2026-11-27' };
/** Which models think by budget, which by level. */
const THINKING_GUIDE = { source: 'https://ai.google.dev/gemini-api/docs/thinking', checked: '2026-11-27' };

const GEMINI: Partial<ModelCapabilities> = {
  contextTokens: 1_048_576,
  input: ['image', 'audio', 'video', 'document'],
  output: [],
  tools: true,
  structuredOutput: true,
};

/** What is known of Google's models. */
export const GEMINI_MODELS: readonly CapabilityRow[] = [
  {
    ids: ['gemini-2.0-flash', 'gemini-2.0-flash-lite'],
    capabilities: { ...GEMINI, outputTokensMax: 8_192, thinking: 'none', sampling: true },
    ...MODEL_PAGES,
  },
  {
    ids: ['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.5-flash-lite'],
    capabilities: { ...GEMINI, outputTokensMax: 65_536, thinking: 'budget', sampling: true },
    ...THINKING_GUIDE,
  },
  {
    ids: ['gemini-2.5-flash-image', 'gemini-3-pro-image', 'gemini-3.1-flash-image'],
    capabilities: { output: ['image'] },
    ...MODEL_PAGES,
  },
  {
    // A level is meant; a budget is still understood, for requests written for 2.5.
    ids: ['gemini-3-pro', 'gemini-3-flash', 'gemini-3.1-pro', 'gemini-3.1-flash-lite'],
    capabilities: { ...GEMINI, outputTokensMax: 65_536, thinking: 'both' },
    ...THINKING_GUIDE,
  },
  {
    ids: ['gemini-3.5-flash', 'gemini-3.6-flash', 'gemini-3.7-flash', 'gemini-3.8-flash'],
    capabilities: { ...GEMINI, outputTokensMax: 65_536, thinking: 'effort' },
    ...THINKING_GUIDE,
  },
];
