import { asCount, asObject } from '../../json/read-json.js';
import type { Usage } from '../../spec/usage.js';

/**
 * Reads the `usage` object of a Messages answer or event.
 *
 * The vendor's `input_tokens` excludes what was read from and written to the cache already, so the buckets are disjoint
 * as they come. What was written is at least what was written for an hour (contract 8.7), and at least what its two
 * lives add up to. Source: Anthropic API reference, "Usage".
 *
 * @returns undefined when `usage` is not an object with at least one count.
 */
export function readUsage(usage: unknown): Usage | undefined {
  const fields = asObject(usage);
  if (fields === undefined) return undefined;
  const lives = asObject(fields['cache_creation']);
  const write1h = asCount(lives?.['ephemeral_1h_input_tokens']);
  const write5m = asCount(lives?.['ephemeral_5m_input_tokens']);
  const outputTokens = asCount(fields['output_tokens']);
  const read = {
    inputTokens: asCount(fields['input_tokens']),
    outputTokens,
    cacheReadTokens: asCount(fields['cache_read_input_tokens']),
    cacheWriteTokens: largest(asCount(fields['cache_creation_input_tokens']), add(write1h, write5m)),
    cacheWrite1hTokens: write1h,
    reasoningTokens: atMost(asCount(asObject(fields['output_tokens_details'])?.['thinking_tokens']), outputTokens),
  };
  if (Object.values(read).every((count) => count === undefined)) return undefined;
  return { ...read, inputAudioTokens: undefined, outputAudioTokens: undefined };
}

function add(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined && right === undefined ? undefined : (left ?? 0) + (right ?? 0);
}

function largest(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.max(left, right);
}

/** A detail that says more than its total is not trusted. */
function atMost(detail: number | undefined, total: number | undefined): number | undefined {
  return detail !== undefined && total !== undefined && detail > total ? undefined : detail;
}
