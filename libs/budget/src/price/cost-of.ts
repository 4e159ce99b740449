import { invariant } from '#kernel';
import type { SpendUsage } from '#gateway-protocol';
import { divideHalfUp, nanoUsd, type NanoUsd } from '../money/nano-usd.js';
import type { ModelPrice, TokenRates } from './model-price.js';
import { tokenUsageOfSpend, type TokenUsage } from './token-usage.js';

const TOKENS_PER_RATE = 1_000_000n;
const MS_PER_HOUR = 3_600_000n;

/**
 * What `usage` costs at `price`, exactly: the sum of tokens times rates is taken in whole numbers and rounded once, to
 * the nearest nano-USD (half up).
 *
 * Buckets that the vendor did not report cost nothing here; whoever needs a figure for them must estimate the usage
 * first. Reasoning is part of the output. Throws an InvariantError when a count is not a non-negative safe integer.
 */
export function costOf(price: ModelPrice, usage: TokenUsage): NanoUsd {
  const rates = ratesFor(price, usage);
  const cacheWrite = rates.cacheWrite ?? rates.input;
  const tokens =
    charge(usage.inputTokens, rates.input) +
    charge(usage.cacheReadTokens, rates.cacheRead ?? rates.input) +
    charge(usage.cacheWriteTokens, cacheWrite) +
    charge(usage.cacheWrite1hTokens, rates.cacheWrite1h ?? cacheWrite) +
    charge(usage.inputAudioTokens, rates.inputAudio ?? rates.input) +
    charge(usage.outputTokens, rates.output) +
    charge(usage.outputAudioTokens, rates.outputAudio ?? rates.output);
  const audio = charge(usage.audioMs, price.perAudioHour ?? 0);
  const request = price.perRequest !== undefined && consumedAnything(usage) ? BigInt(price.perRequest) : 0n;
  const exact = tokens * MS_PER_HOUR + audio * TOKENS_PER_RATE;
  return nanoUsd(divideHalfUp(exact, TOKENS_PER_RATE * MS_PER_HOUR) + request);
}

/** What the usage of a spend record costs at `price`; see {@link costOf}. */
export function costOfSpend(price: ModelPrice, usage: SpendUsage): NanoUsd {
  return costOf(price, tokenUsageOfSpend(usage));
}

function ratesFor(price: ModelPrice, usage: TokenUsage): TokenRates {
  if (price.tiers === undefined) return price;
  const inputTokens =
    (usage.inputTokens ?? 0) +
    (usage.cacheReadTokens ?? 0) +
    (usage.cacheWriteTokens ?? 0) +
    (usage.cacheWrite1hTokens ?? 0) +
    (usage.inputAudioTokens ?? 0);
  return price.tiers.findLast((tier) => inputTokens > tier.aboveInputTokens) ?? price;
}

function charge(count: number | undefined, rate: number): bigint {
  if (count === undefined || count === 0) return 0n;
  invariant(Number.isSafeInteger(count) && count > 0, 'usage must be counted in non-negative safe integers');
  return BigInt(count) * BigInt(rate);
}

function consumedAnything(usage: TokenUsage): boolean {
  return Object.values(usage).some((count: number | undefined) => count !== undefined && count > 0);
}
