import type { ModelEntry } from '../models/model-catalogue.js';

/** A model as Google's API describes one. */
export interface GeminiModel {
  /** `models/` and the id. */
  readonly name: string;
  readonly displayName: string;
  readonly inputTokenLimit?: number;
  readonly outputTokenLimit?: number;
  readonly supportedGenerationMethods: readonly string[];
}

const METHODS = ['generateContent', 'streamGenerateContent', 'countTokens'];

/** Describes a listed model in Google's words. Source: Gemini API reference, "Model". */
export function describeGeminiModel({ id, context_window, max_output_tokens }: ModelEntry): GeminiModel {
  return {
    name: `models/${id}`,
    displayName: id,
    ...(context_window === undefined ? {} : { inputTokenLimit: context_window }),
    ...(max_output_tokens === undefined ? {} : { outputTokenLimit: max_output_tokens }),
    supportedGenerationMethods: METHODS,
  };
}
