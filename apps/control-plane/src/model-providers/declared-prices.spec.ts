import { describe, expect, it } from 'vitest';
import { AdapterRegistry, OpenAiCompatibleAdapter, ProviderAdapter } from '#providers';
import { DeclaredPrices } from './declared-prices.js';

const registry = new AdapterRegistry([
  new OpenAiCompatibleAdapter(),
  Object.assign(Object.create(ProviderAdapter.prototype) as ProviderAdapter, {
    families: ['acme'],
    models: [{ id: 'large', price: { input: 1_250_000, output: 5_000_000 } }, { id: 'small' }],
  }),
]);
const prices = new DeclaredPrices(registry);

describe('DeclaredPrices', () => {
  it('adds what the adapter declares, in nano-dollars', () => {
    expect(prices.addTo({ type: 'acme', prices: {} }).prices).toEqual({
      large: { input: 1_250_000_000, output: 5_000_000_000 },
    });
  });

  it('lets what the row itself says win', () => {
    const own = { large: { input: 1, output: 2 }, small: { input: 3, output: 4 } };
    expect(prices.addTo({ type: 'acme', prices: own }).prices).toEqual(own);
  });

  it('leaves rows of other vendors as they are', () => {
    const row = { type: 'openai', prices: { 'gpt-5': { input: 1, output: 2 } } };
    expect(prices.addTo(row)).toBe(row);
  });
});
