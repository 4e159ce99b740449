import type { DeclaredModel } from 'ai-gateway-providers';

/** Acme's models, with what they can do and what they cost in micro-dollars per million tokens. */
export const ACME_MODELS: readonly DeclaredModel[] = [
  {
    id: 'acme-large',
    capabilities: {
      contextTokens: 32_000,
      outputTokensMax: 4_096,
      input: ['image'],
      output: [],
      tools: true,
      structuredOutput: true,
    },
    price: { input: 2_000_000, output: 8_000_000, cacheRead: 200_000 },
  },
  {
    id: 'acme-mini',
    capabilities: {
      contextTokens: 8_000,
      outputTokensMax: 1_024,
      input: [],
      output: [],
      tools: false,
      structuredOutput: false,
    },
    price: { input: 150_000, output: 600_000 },
  },
];
