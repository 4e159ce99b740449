import type { JsonObject } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';

/**
 * Writes usage as a Responses answer reports it, or null when the vendor said nothing at all.
 *
 * Every member is written: Codex cannot read an answer whose usage lacks a total or a detail, and so never ends its turn.
 * What one vendor left out is therefore a zero here.
 */
export function writeResponsesUsage(usage: Usage | undefined): JsonObject | null {
  if (usage === undefined) return null;
  if (usage.inputTokens === undefined && usage.outputTokens === undefined) return null;
  const cached = usage.cacheReadTokens ?? 0;
  const cacheWrite = usage.cacheWriteTokens ?? 0;
  const input = (usage.inputTokens ?? 0) + cached + cacheWrite + (usage.inputAudioTokens ?? 0);
  const output = (usage.outputTokens ?? 0) + (usage.outputAudioTokens ?? 0);
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: input + output,
  };
}
