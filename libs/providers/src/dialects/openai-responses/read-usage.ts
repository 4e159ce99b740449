import { asCount, asObject } from '../../json/read-json.js';
import type { Usage } from '../../spec/usage.js';

/**
 * Reads the `usage` object of a Responses answer.
 *
 * The vendor's `input_tokens` includes what was read from and written to the cache, and `output_tokens` includes
 * reasoning; here the buckets are made disjoint. Details that contradict their total are ignored rather than trusted, so
 * no bucket is ever negative. Source: OpenAI API reference, "ResponseUsage".
 *
 * @returns undefined when `usage` is not an object with at least one of the two totals.
 */
export function readResponsesUsage(usage: unknown): Usage | undefined {
  const fields = asObject(usage);
  const inputTotal = asCount(fields?.['input_tokens']);
  const outputTotal = asCount(fields?.['output_tokens']);
  if (inputTotal === undefined && outputTotal === undefined) return undefined;

  const inputDetails = asObject(fields?.['input_tokens_details']);
  const outputDetails = asObject(fields?.['output_tokens_details']);
  const cacheRead = asCount(inputDetails?.['cached_tokens']);
  const cacheWrite = asCount(inputDetails?.['cache_write_tokens']);
  const inputAudio = asCount(inputDetails?.['audio_tokens']);
  const outputAudio = asCount(outputDetails?.['audio_tokens']);
  const input = subtract(inputTotal, [cacheRead, cacheWrite, inputAudio]);
  const output = subtract(outputTotal, [outputAudio]);
  return {
    inputTokens: input.rest,
    outputTokens: output.rest,
    cacheReadTokens: input.isConsistent ? cacheRead : undefined,
    cacheWriteTokens: input.isConsistent ? cacheWrite : undefined,
    cacheWrite1hTokens: undefined,
    reasoningTokens: upTo(outputTotal, asCount(outputDetails?.['reasoning_tokens'])),
    inputAudioTokens: input.isConsistent ? inputAudio : undefined,
    outputAudioTokens: output.isConsistent ? outputAudio : undefined,
  };
}

/** What is left of a total without its parts; the whole total when they are more than it. */
function subtract(
  total: number | undefined,
  parts: readonly (number | undefined)[],
): { readonly rest: number | undefined; readonly isConsistent: boolean } {
  if (total === undefined) return { rest: undefined, isConsistent: true };
  let rest = total;
  for (const part of parts) rest -= part ?? 0;
  return rest >= 0 ? { rest, isConsistent: true } : { rest: total, isConsistent: false };
}

function upTo(total: number | undefined, part: number | undefined): number | undefined {
  return total !== undefined && part !== undefined && part > total ? undefined : part;
}
