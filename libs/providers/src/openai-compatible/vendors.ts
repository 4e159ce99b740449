/** A vendor that speaks the OpenAI wire format. */
export interface OpenAiCompatibleVendor {
  readonly family: string;
  /** Where its API lives, up to but without `/v1`; undefined when the credential must say. */
  readonly baseUrl: string | undefined;
}

/** Every vendor of the OpenAI wire format that we know by name. Adding one is adding a line. */
export const OPENAI_COMPATIBLE_VENDORS: readonly OpenAiCompatibleVendor[] = [
  { family: 'openai', baseUrl: 'https://api.openai.com' },
  { family: 'custom', baseUrl: undefined },
  { family: 'groq', baseUrl: 'https://api.groq.com/openai' },
  { family: 'xai', baseUrl: 'https://api.x.ai' },
  { family: 'deepseek', baseUrl: 'https://api.deepseek.com' },
  { family: 'cerebras', baseUrl: 'https://api.cerebras.ai' },
  { family: 'mistral', baseUrl: 'https://api.mistral.ai' },
  { family: 'together', baseUrl: 'https://api.together.xyz' },
  { family: 'fireworks', baseUrl: 'https://api.fireworks.ai/inference' },
  { family: 'openrouter', baseUrl: 'https://openrouter.ai/api' },
];
