import { asCount, asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';

/**
 * Reads the `usage` object of an OpenAI chat answer or chunk.
 *
 * The vendor's `prompt_tokens` includes cached and audio tokens and `completion_tokens` includes reasoning and audio;
 * here the buckets are made disjoint. Details that contradict their total are ignored rather than trusted, so no bucket
 * is ever negative (contract 8.7). Source: OpenAI API reference, "CompletionUsage".
 *
 * @returns undefined when `usage` is not an object with at least one of the two totals.
 */
export function readChatUsage(usage: unknown): Usage | undefined {
  const fields = asObject(usage);
  const promptTokens = asCount(fields?.['prompt_tokens']);
  const completionTokens = asCount(fields?.['completion_tokens']);
  if (fields === undefined || (promptTokens === undefined && completionTokens === undefined)) return undefined;

  const promptDetails = asObject(fields['prompt_tokens_details']);
  const completionDetails = asObject(fields['completion_tokens_details']);
  // DeepSeek and Moonshot report what they read from their cache beside the totals.
  const cacheRead =
    asCount(promptDetails?.['cached_tokens']) ??
    asCount(fields['prompt_cache_hit_tokens']) ??
    asCount(fields['cached_tokens']);
  const cacheWrite = asCount(promptDetails?.['cache_write_tokens']);
  const inputAudio = asCount(promptDetails?.['audio_tokens']);
  const outputAudio = asCount(completionDetails?.['audio_tokens']);
  const reasoning = asCount(completionDetails?.['reasoning_tokens']);
  const uncounted = uncountedReasoning(fields, reasoning);
  const input = subtract(promptTokens, [cacheRead, cacheWrite, inputAudio]);
  const output = subtract(completionTokens, [outputAudio]);
  const outputTokens = output.rest === undefined ? undefined : output.rest + uncounted;
  return {
    inputTokens: input.rest,
    outputTokens,
    cacheReadTokens: input.consistent ? cacheRead : undefined,
    cacheWriteTokens: input.consistent ? cacheWrite : undefined,
    cacheWrite1hTokens: undefined,
    reasoningTokens: withinTotal(reasoning, outputTokens) ?? (uncounted > 0 ? uncounted : undefined),
    inputAudioTokens: input.consistent ? inputAudio : undefined,
    outputAudioTokens: output.consistent ? outputAudio : undefined,
  };
}

/**
 * Reasoning that a vendor has in its total but not in `completion_tokens`, as xAI and Google's chat endpoint report it.
 * It was produced and is billed, so it counts as output. Zero when the figures do not say so plainly.
 */
function uncountedReasoning(fields: JsonObject, reasoning: number | undefined): number {
  const total = asCount(fields['total_tokens']);
  const prompt = asCount(fields['prompt_tokens']);
  const completion = asCount(fields['completion_tokens']);
  if (total === undefined || prompt === undefined || completion === undefined) return 0;
  const difference = total - prompt - completion;
  return difference > 0 && (reasoning === undefined || reasoning === difference) ? difference : 0;
}

/** A part of a total; undefined when it contradicts it. */
function withinTotal(part: number | undefined, total: number | undefined): number | undefined {
  return part !== undefined && total !== undefined && part > total ? undefined : part;
}

function subtract(
  total: number | undefined,
  parts: readonly (number | undefined)[],
): { rest: number | undefined; consistent: boolean } {
  if (total === undefined) return { rest: undefined, consistent: true };
  let rest = total;
  for (const part of parts) rest -= part ?? 0;
  return rest >= 0 ? { rest, consistent: true } : { rest: total, consistent: false };
}
