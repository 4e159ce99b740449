import { describe, expect, it } from 'vitest';
import { createShippedPriceBook } from '../price-book/price-book.js';
import { resolvePrice } from './resolve-price.js';

const book = createShippedPriceBook();
const atMs = Date.UTC(2026, 10, 24);
const own = { input: 1, output: 2 };
const fallback = { input: 3, output: 4, cache_read: 5 };

describe('the price at a model provider', () => {
  it("is the provider's own price for the model before its default and the list", () => {
    const modelProvider = { family: 'openai', prices: { 'gpt-4o-mini': own }, defaultPrice: fallback };
    expect(resolvePrice({ modelProvider, model: 'gpt-4o-mini', atMs, book })).toEqual({
      price: own,
      source: 'model-provider',
    });
  });

  it("is the provider's default before the list", () => {
    const modelProvider = { family: 'openai', prices: { other: own }, defaultPrice: fallback };
    expect(resolvePrice({ modelProvider, model: 'gpt-4o-mini', atMs, book })).toEqual({
      price: { input: 3, output: 4, cacheRead: 5 },
      source: 'model-provider-default',
    });
  });

  it('is the list price of the vendor when the provider states none', () => {
    const modelProvider = { family: 'openai', prices: {}, defaultPrice: null };
    const resolved = resolvePrice({ modelProvider, model: 'gpt-4o-mini', atMs, book });
    expect(resolved?.source).toBe('price-book');
    expect(resolved?.price.input).toBe(150_000_000);
  });

  it('is undefined, not zero, when nobody states one', () => {
    const modelProvider = { family: 'custom', prices: { other: own }, defaultPrice: null };
    expect(resolvePrice({ modelProvider, model: 'gpt-4o-mini', atMs, book })).toBeUndefined();
  });

  it.each(['constructor', '__proto__', 'toString'])('is not found in what every object inherits: %s', (model) => {
    const modelProvider = { family: 'openai', prices: {}, defaultPrice: null };
    expect(resolvePrice({ modelProvider, model, atMs, book })).toBeUndefined();
  });
});
