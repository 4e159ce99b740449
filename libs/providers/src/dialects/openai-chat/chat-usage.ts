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
  const fields = asRecord(usage);
  const promptTokens = asCount(fields?.['prompt_tokens']);
  const completionTokens = asCount(fields?.['completion_tokens']);
  if (fields === undefined || (promptTokens === undefined && completionTokens === undefined)) return undefined;

  const promptDetails = asRecord(fields['prompt_tokens_details']);
  const completionDetails = asRecord(fields['completion_tokens_details']);
  const cacheRead = asCount(promptDetails?.['cached_tokens']);
  const cacheWrite = asCount(promptDetails?.['cache_write_tokens']);
  const inputAudio = asCount(promptDetails?.['audio_tokens']);
  const outputAudio = asCount(completionDetails?.['audio_tokens']);
  const input = subtract(promptTokens, [cacheRead, cacheWrite, inputAudio]);
  const output = subtract(completionTokens, [outputAudio]);
  return {
    inputTokens: input.rest,
    outputTokens: output.rest,
    cacheReadTokens: input.consistent ? cacheRead : undefined,
    cacheWriteTokens: input.consistent ? cacheWrite : undefined,
    cacheWrite1hTokens: undefined,
    reasoningTokens: asCount(completionDetails?.['reasoning_tokens']),
    inputAudioTokens: input.consistent ? inputAudio : undefined,
    outputAudioTokens: output.consistent ? outputAudio : undefined,
  };
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

function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
