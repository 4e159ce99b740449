import { asCount, asObject } from '../../json/read-json.js';
import type { Usage } from '../../spec/usage.js';

/** How many tokens an embeddings answer read: `prompt_tokens`, or `total_tokens` where, as at Voyage, it stands alone. */
export function readInputTokens(usage: unknown): number | undefined {
  const fields = asObject(usage);
  return asCount(fields?.['prompt_tokens']) ?? asCount(fields?.['total_tokens']);
}

/** Reads the `usage` of an embeddings answer, which writes no tokens; undefined when it does not say what it read. */
export function readEmbeddingsUsage(usage: unknown): Usage | undefined {
  const inputTokens = readInputTokens(usage);
  if (inputTokens === undefined) return undefined;
  return {
    inputTokens,
    outputTokens: 0,
    cacheReadTokens: undefined,
    cacheWriteTokens: undefined,
    cacheWrite1hTokens: undefined,
    reasoningTokens: undefined,
    inputAudioTokens: undefined,
    outputAudioTokens: undefined,
  };
}
