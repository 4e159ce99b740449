import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { calcPrice, findProvider, type Provider } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { costOf } from '../price/cost-of.js';
import type { TokenUsage } from '../price/token-usage.js';
import { createShippedPriceBook } from './price-book.js';
import { priceBookDataSchema } from './price-book-data.js';
import { SHIPPED_PRICES_JSON } from './prices.generated.js';

const SCRIPT = fileURLToPath(new URL('../../../../scripts/update-prices.mjs', import.meta.url));

const TIMES = [
  '2024-06-01T12:00:00Z',
  '2025-12-02T00:00:00Z',
  '2026-08-16T23:59:59.999Z',
  '2026-08-17T00:00:00Z',
  '2026-11-24T02:30:00Z',
  '2026-11-24T07:00:00Z',
  '2026-11-24T10:00:00Z',
  '2027-01-01T00:00:00Z',
].map((time) => new Date(time));

const USAGES: readonly TokenUsage[] = [
  { inputTokens: 1000, outputTokens: 500 },
  { inputTokens: 150_000, cacheReadTokens: 40_000, cacheWriteTokens: 10_001, outputTokens: 3000 },
  { inputTokens: 900_000, cacheReadTokens: 1, outputTokens: 64_000 },
];

const shippedPrices = priceBookDataSchema.parse(JSON.parse(SHIPPED_PRICES_JSON));
const book = createShippedPriceBook();

describe('the shipped prices', () => {
  it('are what the update script makes of the installed price data', async () => {
    await promisify(execFile)(process.execPath, [SCRIPT, '--check']);
  });

  it('charge every model at every time as the source itself does, and never charge one that it cannot count', () => {
    const familyByProvider = new Map(Object.entries(shippedPrices.families).map(([family, id]) => [id, family]));
    let compared = 0;
    for (const [providerId, family] of familyByProvider) {
      const provider = findProvider({ providerId });
      if (provider === undefined) throw new Error(`no provider ${providerId}`);
      for (const model of namesOf(provider)) {
        const dated = provider.models.some(({ id, prices }) => id === model && Array.isArray(prices));
        // A model without dates costs the same at every time.
        for (const timestamp of dated ? TIMES : TIMES.slice(-1))
          compared += compare(family, providerId, model, timestamp);
      }
    }
    expect(compared).toBeGreaterThan(4000);
  }, 30_000);
});

/** Names to look up: every model's own, and its dated, regional and cased relatives. */
function namesOf(provider: Provider): string[] {
  const others = ['gpt-4o-20240806', 'claude-sonnet-4-5@20250929', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'];
  return [...provider.models.flatMap(({ id }) => [id, `${id}-20260102`, id.toUpperCase()]), ...others];
}

/** Compares one model at one time for every usage; returns how many figures were compared. */
function compare(family: string, providerId: string, model: string, timestamp: Date): number {
  const ours = book.find(family, model, timestamp.getTime());
  let compared = 0;
  for (const usage of USAGES) {
    const theirs = calcPrice(sourceUsage(usage), model, { providerId, timestamp });
    if (ours === undefined) {
      expect(theirs === null || !isCountable(theirs.model_price), `${family} ${model} has a price`).toBe(true);
      continue;
    }
    if (theirs === null) throw new Error(`${family} ${model} has no price in the source`);
    expect(ours.modelId).toBe(theirs.model.id);
    if (hasDearerMedia(theirs.model_price)) continue;
    const nano = Number(costOf(ours.price, usage));
    expect(Math.abs(nano - theirs.total_price * 1e9), `${family} ${model} ${timestamp.toISOString()}`).toBeLessThan(2);
    compared += 1;
  }
  return compared;
}

function sourceUsage(usage: TokenUsage): Record<string, number> {
  const cacheRead = usage.cacheReadTokens ?? 0;
  const cacheWrite = usage.cacheWriteTokens ?? 0;
  return {
    input_tokens: (usage.inputTokens ?? 0) + cacheRead + cacheWrite,
    cache_read_tokens: cacheRead,
    cache_write_tokens: cacheWrite,
    output_tokens: usage.outputTokens ?? 0,
  };
}

/** Has prices by tokens; an empty price is free for some models and not known for others, so it proves nothing. */
function isCountable(price: Record<string, unknown>): boolean {
  return 'input_mtok' in price || 'output_mtok' in price;
}

/** Generated images and video are charged for all output (the wire cannot tell), which the source does not do. */
function hasDearerMedia(price: Record<string, unknown>): boolean {
  return 'output_image_mtok' in price || 'output_video_mtok' in price;
}
