import { compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';

/**
 * Writes usage as OpenAI reports it: totals that include everything, with details. A total of which nothing is known is
 * 0, because its type allows nothing else.
 */
export function writeUsage(usage: Usage): JsonObject {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, inputAudioTokens } = usage;
  const { outputTokens, outputAudioTokens, reasoningTokens } = usage;
  const promptTokens = sum([inputTokens, cacheReadTokens, cacheWriteTokens, inputAudioTokens]);
  const completionTokens = sum([outputTokens, outputAudioTokens]);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: compact({
      cached_tokens: cacheReadTokens ?? 0,
      cache_write_tokens: cacheWriteTokens,
      audio_tokens: inputAudioTokens ?? 0,
    }),
    completion_tokens_details: {
      reasoning_tokens: reasoningTokens ?? 0,
      audio_tokens: outputAudioTokens ?? 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function sum(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0);
}
