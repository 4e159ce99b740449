/**
 * What an answer consumed, in disjoint buckets of tokens.
 *
 * `undefined` means that the vendor did not say, which is not zero. Each vendor's own figures are turned into these
 * once, where its answer is parsed.
 */
export interface Usage {
  /** Input that was neither read from nor written to a prompt cache, without audio. */
  readonly inputTokens: number | undefined;
  /** Output without audio; includes reasoning. */
  readonly outputTokens: number | undefined;
  readonly cacheReadTokens: number | undefined;
  /** Written to a prompt cache, whatever its life; includes {@link cacheWrite1hTokens}. */
  readonly cacheWriteTokens: number | undefined;
  readonly cacheWrite1hTokens: number | undefined;
  /** Informative: the part of the output that was reasoning. */
  readonly reasoningTokens: number | undefined;
  readonly inputAudioTokens: number | undefined;
  readonly outputAudioTokens: number | undefined;
}
