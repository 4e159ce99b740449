import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNKNOWN_CAPABILITIES } from '../capabilities/model-capabilities.js';
import {
  DECLARED_PRICE_MICRO_USD_MAX,
  declaredCapabilities,
  declaredPrices,
  declaresModel,
} from './declared-models.js';
import { AcmeAdapter } from './testing/acme-adapter.js';

const acme = new AcmeAdapter();

describe('what an adapter declares', () => {
  it('are abilities, where what is left out is not known', () => {
    expect(declaredCapabilities(acme, 'acme-large')).toEqual({
      ...UNKNOWN_CAPABILITIES,
      contextTokens: 32_000,
      tools: false,
    });
  });

  it('says nothing of models that it names without abilities, or not at all', () => {
    expect(declaredCapabilities(acme, 'acme-free')).toBeUndefined();
    expect(declaredCapabilities(acme, 'gpt-5')).toBeUndefined();
    expect([declaresModel(acme, 'acme-free'), declaresModel(acme, 'gpt-5')]).toEqual([true, false]);
  });

  it('are prices, in nano-dollars', () => {
    expect(declaredPrices(acme)).toEqual({
      'acme-large': { input: 1_250_000_000, output: 5_000_001_000, cache_read: 125_000_000 },
    });
  });

  it('are prices to the nano-dollar, however large', () => {
    const rate = fc.integer({ min: 0, max: DECLARED_PRICE_MICRO_USD_MAX });
    fc.assert(
      fc.property(rate, rate, (input, output) => {
        const adapter = Object.assign(new AcmeAdapter(), { models: [{ id: 'm', price: { input, output } }] });
        const price = declaredPrices(adapter)['m'];
        expect(BigInt(price?.input ?? -1)).toBe(BigInt(input) * 1_000n);
        expect(BigInt(price?.output ?? -1)).toBe(BigInt(output) * 1_000n);
      }),
    );
  });
});
