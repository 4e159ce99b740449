/** What the fake model says, in no vendor's words. Text comes in the pieces that a stream sends. */
export type FakePart =
  | {
      readonly kind: 'reasoning';
      /** None when the reasoning is hidden. */
      readonly pieces: readonly string[];
    }
  | { readonly kind: 'text'; readonly pieces: readonly string[] }
  | {
      readonly kind: 'tool-call';
      /** Without a vendor's prefix: a wire makes `call_…` or `toolu_…` of it. */
      readonly id: string;
      readonly name: string;
      /** The arguments as JSON text, or free text. */
      readonly pieces: readonly string[];
      readonly freeText: boolean;
    };

/** Why the fake model ended. */
export type FakeFinish = 'stop' | 'stop-sequence' | 'length' | 'tool-calls' | 'content-filter';

/** What an answer consumed, in disjoint buckets. */
export interface FakeUsage {
  /** Neither read from nor written to the cache. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** The part of the written that lives for an hour. */
  readonly cacheWrite1hTokens: number;
  /** Includes the reasoning. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

/** A whole answer of the fake model. */
export interface FakeAnswer {
  /** Without a vendor's prefix. */
  readonly id: string;
  readonly parts: readonly FakePart[];
  readonly finish: FakeFinish;
  /** The sequence that was met. */
  readonly stopSequence?: string;
  readonly usage: FakeUsage;
  /** When it is reported, where the vendor leaves the choice to the caller. */
  readonly reportsUsage: 'asked' | 'always' | 'never';
}

/** All of a part's text. */
export function textOf(part: FakePart): string {
  return part.pieces.join('');
}

/** The input tokens that were neither read from nor written to the cache, and those that were. */
export function totalInputTokens(usage: FakeUsage): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}
