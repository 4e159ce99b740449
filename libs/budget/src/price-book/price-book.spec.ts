import { describe, expect, it } from 'vitest';
import { costOf } from '../price/cost-of.js';
import { MODEL_NAME_CHARACTERS_MAX, PriceBook, createShippedPriceBook } from './price-book.js';
import type { PriceBookData } from './price-book-data.js';

const NOW_MS = Date.UTC(2026, 10, 24, 12);
const book = createShippedPriceBook();

function madeOf(vendors: PriceBookData['vendors']): PriceBookData {
  const families = Object.fromEntries(Object.keys(vendors).map((vendor) => [vendor, vendor]));
  return { version: 'test', notice: '', families, vendors };
}

describe('the shipped price book', () => {
  it.each([
    ['openai', 'gpt-4o-mini', 0.15, 0.6, 0.075],
    ['openai', 'gpt-4o-mini-2024-07-18', 0.15, 0.6, 0.075],
    ['openai', 'gpt-4o', 2.5, 10, 1.25],
    ['openai', 'gpt-5', 1.25, 10, 0.125],
    ['openai', 'gpt-5-mini', 0.25, 2, 0.025],
    ['azure', 'gpt-5', 1.25, 10, 0.125],
    ['anthropic', 'claude-sonnet-4-5', 3, 15, 0.3],
    ['anthropic', 'claude-sonnet-4-5-20250929', 3, 15, 0.3],
    ['anthropic', 'claude-haiku-4-5-20251001', 1, 5, 0.1],
    ['anthropic', 'claude-opus-4-5', 5, 25, 0.5],
    ['bedrock', 'anthropic.claude-sonnet-4-5-20250929-v1:0', 3.3, 16.5, 0.33],
    ['bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', 3, 15, 0.3],
    ['vertex', 'claude-sonnet-4-5@20250929', 3, 15, 0.3],
    ['gemini', 'gemini-2.5-flash', 0.3, 2.5, 0.03],
    ['vertex', 'gemini-2.5-flash', 0.3, 2.5, 0.03],
    ['gemini', 'gemini-2.5-pro', 1.25, 10, 0.125],
    ['deepseek', 'deepseek-v4-pro', 0.66, 1.98, 0.022],
    ['xai', 'grok-4.3', 1.25, 2.5, 0.2],
    ['openrouter', 'openai/gpt-4o-mini', 0.15, 0.6, 0.075],
  ])(
    'lists %s %s at %d in, %d out and %d for cache reads (USD per million)',
    (family, model, input, output, cacheRead) => {
      const price = book.find(family, model, NOW_MS)?.price;
      const usd = [price?.input, price?.output, price?.cacheRead].map((nanoUsd) => (nanoUsd ?? Number.NaN) / 1e9);
      expect(usd).toEqual([input, output, cacheRead]);
    },
  );

  it('knows both lives of a cache write, also where a platform leaves the long one out', () => {
    expect(book.find('anthropic', 'claude-sonnet-4-5', NOW_MS)?.price).toMatchObject({
      cacheWrite: 3_750_000_000,
      cacheWrite1h: 6_000_000_000,
    });
    expect(book.find('bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', NOW_MS)?.price).toMatchObject({
      cacheWrite: 3_750_000_000,
      cacheWrite1h: 6_000_000_000,
    });
  });

  it('charges a long input at the tier of its length', () => {
    const priced = book.find('gemini', 'gemini-2.5-pro', NOW_MS);
    if (priced === undefined) throw new Error('gemini-2.5-pro has no price');
    expect(costOf(priced.price, { inputTokens: 200_000 })).toBe(250_000_000n);
    expect(costOf(priced.price, { inputTokens: 200_001 })).toBe(500_002_500n);
  });

  it('charges transcription by the hour of audio', () => {
    const priced = book.find('openai', 'whisper-1', NOW_MS);
    if (priced === undefined) throw new Error('whisper-1 has no price');
    expect(costOf(priced.price, { audioMs: 60_000 })).toBe(6_000_000n);
  });

  it('follows the dates of a price', () => {
    const input = (iso: string) => book.find('mistral', 'mistral-medium-latest', Date.parse(iso))?.price.input;
    expect(input('2026-06-15T23:59:59.999Z')).toBe(400_000_000);
    expect(input('2026-06-16T00:00:00Z')).toBe(1_500_000_000);
  });

  it('follows the hours of a price', () => {
    const input = (iso: string) => book.find('deepseek', 'deepseek-v4-pro', Date.parse(iso))?.price.input;
    expect(input('2026-11-24T00:59:59.999Z')).toBe(660_000_000);
    expect(input('2026-11-24T01:00:00Z')).toBe(1_320_000_000);
    expect(input('2026-11-24T09:59:59.999Z')).toBe(1_320_000_000);
    expect(input('2026-11-24T10:00:00Z')).toBe(660_000_000);
  });

  it('says 0 for a free model and nothing for one that it cannot price', () => {
    expect(book.find('openrouter', 'deepseek/deepseek-r1:free', NOW_MS)?.price).toMatchObject({ input: 0, output: 0 });
    expect(book.find('mistral', 'mistral-ocr-2512', NOW_MS)).toBeUndefined();
    expect(book.find('openai', 'no-such-model', NOW_MS)).toBeUndefined();
    expect(book.find('no-such-vendor', 'gpt-4o', NOW_MS)).toBeUndefined();
  });

  it.each(['constructor', '__proto__', 'hasOwnProperty'])('does not mistake %s for a vendor or a model', (name) => {
    expect(book.find(name, 'gpt-4o', NOW_MS)).toBeUndefined();
    expect(book.find('openai', name, NOW_MS)).toBeUndefined();
  });

  it('names its version', () => {
    expect(book.version).toMatch(/^genai-prices@\d+\.\d+\.\d+$/);
  });
});

describe('a price book', () => {
  const one = { input: 1, output: 1 };

  it('lets the first model in the order of the data win, whether it matches by name or by pattern', () => {
    const patternFirst = new PriceBook(
      madeOf({
        v: {
          fallbacks: [],
          models: [
            ['family', ['^m-'], [one]],
            ['exact', ['=m-1'], [one]],
          ],
        },
      }),
    );
    expect(patternFirst.find('v', 'm-1', 0)?.modelId).toBe('family');
    const exactFirst = new PriceBook(
      madeOf({
        v: {
          fallbacks: [],
          models: [
            ['exact', ['=m-1'], [one]],
            ['family', ['^m-'], [one]],
          ],
        },
      }),
    );
    expect(exactFirst.find('v', 'm-1', 0)?.modelId).toBe('exact');
    expect(exactFirst.find('v', 'M-2 ', 0)?.modelId).toBe('family');
  });

  it('asks the resold vendors after the own models, and an own model without a price hides theirs', () => {
    const resale = new PriceBook(
      madeOf({
        shop: { fallbacks: ['maker'], models: [['hidden', ['=m-1'], null]] },
        maker: { fallbacks: [], models: [['made', ['^m-'], [one]]] },
      }),
    );
    expect(resale.find('shop', 'm-1', 0)).toBeUndefined();
    expect(resale.find('shop', 'm-2', 0)?.modelId).toBe('made');
  });

  it('answers the same after it had to forget', () => {
    const forgetful = createShippedPriceBook({ rememberedModelsMax: 2 });
    for (let round = 0; round < 3; round += 1) {
      expect(forgetful.find('openai', 'gpt-4o', NOW_MS)?.price.input).toBe(2_500_000_000);
      for (let index = 0; index < 10; index += 1) {
        expect(forgetful.find('openai', `unknown-${index}`, NOW_MS)).toBeUndefined();
      }
    }
    expect(() => createShippedPriceBook({ rememberedModelsMax: 0 })).toThrow('at least one');
  });

  it('has no price for a name that is longer than any', () => {
    const everything = new PriceBook(madeOf({ v: { fallbacks: [], models: [['any', ['^m'], [one]]] } }));
    expect(everything.find('v', 'm'.repeat(MODEL_NAME_CHARACTERS_MAX), 0)?.modelId).toBe('any');
    expect(everything.find('v', 'm'.repeat(MODEL_NAME_CHARACTERS_MAX + 1), 0)).toBeUndefined();
  });

  it('has a price from its first moment on and until just before its end', () => {
    const dated = { input: 5, output: 5, effectiveFromMs: 1000, effectiveToMs: 2000 };
    const launch = new PriceBook(madeOf({ v: { fallbacks: [], models: [['m', ['=m'], [dated]]] } }));
    const inputs = [999, 1000, 1999, 2000].map((atMs) => launch.find('v', 'm', atMs)?.price.input);
    expect(inputs).toEqual([undefined, 5, 5, undefined]);
  });

  it('applies a daily window that wraps around midnight', () => {
    const hour = 3_600_000;
    const night = { input: 5, output: 5, dailyWindow: { fromMs: 22 * hour, toMs: 2 * hour } };
    const nightly = new PriceBook(madeOf({ v: { fallbacks: [], models: [['m', ['=m'], [night, one]]] } }));
    const inputs = [21, 22, 23, 0, 1, 2].map((at) => nightly.find('v', 'm', NOW_MS + (at - 12) * hour)?.price.input);
    expect(inputs).toEqual([1, 5, 5, 5, 5, 1]);
  });
});
