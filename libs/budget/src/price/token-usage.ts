import type { SpendUsage } from '#gateway-protocol';

/**
 * What a request consumed, in buckets that do not overlap. `undefined` means that the vendor did not say, which is not
 * zero. Every count is a non-negative safe integer.
 */
export interface TokenUsage {
  /** Input tokens without audio that were neither read from nor written to a prompt cache. */
  readonly inputTokens?: number | undefined;
  /** Input tokens that were read from a prompt cache. */
  readonly cacheReadTokens?: number | undefined;
  /** Input tokens written to a prompt cache with its ordinary life (five minutes, where the vendor has two). */
  readonly cacheWriteTokens?: number | undefined;
  /** Input tokens written to a prompt cache with a life of one hour. */
  readonly cacheWrite1hTokens?: number | undefined;
  readonly inputAudioTokens?: number | undefined;
  /** Output tokens without audio; reasoning is inside. */
  readonly outputTokens?: number | undefined;
  readonly outputAudioTokens?: number | undefined;
  /** Informative: the part of `outputTokens` that was reasoning. It is never charged a second time. */
  readonly reasoningTokens?: number | undefined;
  /** Length of transcribed or spoken audio in milliseconds, for models that are priced by the hour. */
  readonly audioMs?: number | undefined;
}

/**
 * Reads the usage of a spend record. There the cache writes of both lives are one figure, of which the one-hour writes
 * are a part; a part larger than the whole (seen from some vendors) counts as the whole.
 */
export function tokenUsageOfSpend(usage: SpendUsage): TokenUsage {
  return {
    inputTokens: usage.input_tokens,
    cacheReadTokens: usage.cache_read_input_tokens,
    cacheWriteTokens: Math.max(0, usage.cache_creation_input_tokens - usage.cache_creation_1h_tokens),
    cacheWrite1hTokens: usage.cache_creation_1h_tokens,
    inputAudioTokens: usage.input_audio_tokens,
    outputTokens: usage.output_tokens,
    outputAudioTokens: usage.output_audio_tokens,
    reasoningTokens: usage.reasoning_tokens,
    audioMs: usage.audio_ms,
  };
}
