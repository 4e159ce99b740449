import { describe, expect, it } from 'vitest';
import { NO_SPEND_USAGE } from '#gateway-protocol';
import { createShippedPriceBook } from '#budget';
import { type RatingQuestion, rate } from './rating.js';

const book = createShippedPriceBook();
const PRICE = { input: 1_000_000, output: 2_000_000 };
const PROVIDER = { id: 'mp_1', type: 'openai', prices: {}, default_price: null };
const USAGE = { ...NO_SPEND_USAGE, input_tokens: 1_000, output_tokens: 500 };

function ask(change: Partial<RatingQuestion> = {}) {
  return rate({
    outcome: 'confirmed',
    usage: USAGE,
    model: 'gpt-4o-mini',
    modelProvider: PROVIDER,
    organizationId: 'org_1',
    organizationDefaultPrice: null,
    occurredAtMs: Date.UTC(2026, 0, 15),
    book,
    ...change,
  });
}

describe('rate', () => {
  it('charges the list price to the nano-dollar', () => {
    // 0.15 USD per million in, 0.60 USD per million out.
    expect(ask()).toMatchObject({
      pricing: 'priced',
      costNanoUsd: 1_000n * 150n + 500n * 600n,
      applied: { family: 'openai', model: 'gpt-4o-mini', source: book.version },
    });
  });

  it('prefers what the model provider states for the model, then its default, then the list', () => {
    const own = { ...PROVIDER, prices: { 'gpt-4o-mini': PRICE } };
    const withDefault = { ...PROVIDER, default_price: { input: 3_000_000, output: 3_000_000 } };
    const both = { ...own, default_price: withDefault.default_price };
    expect(ask({ modelProvider: both })).toMatchObject({
      pricing: 'priced',
      costNanoUsd: 2_000n,
      applied: { source: 'mp_1', model: 'gpt-4o-mini' },
    });
    expect(ask({ modelProvider: withDefault })).toMatchObject({
      pricing: 'default',
      costNanoUsd: 4_500n,
      applied: { source: 'mp_1', model: null },
    });
  });

  it('falls back on the default price of the organization', () => {
    const question = { model: 'nobody-knows-this', organizationDefaultPrice: PRICE };
    expect(ask(question)).toMatchObject({ pricing: 'default', costNanoUsd: 2_000n, applied: { source: 'org_1' } });
    expect(ask({ ...question, modelProvider: undefined })).toMatchObject({ pricing: 'default', costNanoUsd: 2_000n });
  });

  it('never takes an unknown price for nothing', () => {
    expect(ask({ model: 'nobody-knows-this' })).toEqual({ pricing: 'unpriced', costNanoUsd: null, applied: null });
    expect(ask({ modelProvider: undefined })).toMatchObject({ pricing: 'unpriced', costNanoUsd: null });
    expect(ask({ model: undefined })).toMatchObject({ pricing: 'unpriced', costNanoUsd: null });
    expect(ask({ model: 'nobody-knows-this', usage: NO_SPEND_USAGE })).toMatchObject({ pricing: 'unpriced' });
  });

  it('charges a failure for what it consumed, and needs no price when it consumed nothing', () => {
    expect(ask({ outcome: 'failed' })).toMatchObject({ costNanoUsd: 450_000n });
    const nothing = { outcome: 'failed', usage: NO_SPEND_USAGE, modelProvider: undefined } as const;
    expect(ask(nothing)).toEqual({ pricing: 'priced', costNanoUsd: 0n, applied: null });
  });

  it('knows vendors by every name of theirs', () => {
    const azure = { ...PROVIDER, type: 'azure_openai' };
    expect(ask({ modelProvider: azure }).applied?.family).toBe('azure');
  });

  it('gives the same price the same id, and another price another', () => {
    expect(ask().applied?.id).toBe(ask({ usage: NO_SPEND_USAGE }).applied?.id);
    expect(ask().applied?.id).not.toBe(ask({ model: 'gpt-4o' }).applied?.id);
  });
});
