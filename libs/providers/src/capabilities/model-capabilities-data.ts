import { ANTHROPIC_MODELS } from './anthropic-models.js';
import type { CapabilityRow } from './capability-row.js';
import { GEMINI_MODELS } from './gemini-models.js';
import { OPENAI_MODELS } from './openai-models.js';
import { OTHER_MODELS } from './other-models.js';

/** What is known of models, vendor by vendor. No id stands in two rows. */
export const MODEL_CAPABILITIES: readonly CapabilityRow[] = [
  ...OPENAI_MODELS,
  ...ANTHROPIC_MODELS,
  ...GEMINI_MODELS,
  ...OTHER_MODELS,
];
