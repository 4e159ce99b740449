import type { Usage } from '#providers';

/** The usage of an answer that cost nothing, or was settled before. */
export const NOTHING_USED: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: undefined,
  cacheWriteTokens: undefined,
  cacheWrite1hTokens: undefined,
  reasoningTokens: undefined,
  inputAudioTokens: undefined,
  outputAudioTokens: undefined,
};
