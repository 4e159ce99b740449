import { createHash } from 'node:crypto';
import { normalizeFamily, type ModelPricePayload, type SpendUsage } from '#gateway-protocol';
import { type ModelPrice, type PriceBook, costOfSpend, modelPriceOfPayload, resolvePrice } from '#budget';
import type { PricingRow } from './spend-facts.js';

/** A price as it was applied, to be kept for ever. */
export interface AppliedPrice {
  /** A hash of everything below: the same price has the same id everywhere. */
  readonly id: string;
  readonly family: string | null;
  readonly model: string | null;
  readonly price: ModelPrice;
  readonly source: string;
}

/** What a request costs and why. */
export type Rating =
  | { readonly pricing: 'priced' | 'default'; readonly costNanoUsd: bigint; readonly applied: AppliedPrice | null }
  /** There is no price. The cost is unknown, which is not zero. */
  | { readonly pricing: 'unpriced'; readonly costNanoUsd: null; readonly applied: null };

/** What a rating depends on, and nothing else. */
export interface RatingQuestion {
  readonly outcome: 'confirmed' | 'failed';
  readonly usage: SpendUsage;
  /** The model that answered; undefined when the gateway did not say. */
  readonly model: string | undefined;
  /** The row that was called; undefined when none was, or when it is not known any more. */
  readonly modelProvider: PricingRow | undefined;
  readonly organizationId: string;
  readonly organizationDefaultPrice: ModelPricePayload | null;
  /** When the request ended, milliseconds since the epoch: prices hold from date to date. */
  readonly occurredAtMs: number;
  readonly book: PriceBook;
}

const UNPRICED: Rating = { pricing: 'unpriced', costNanoUsd: null, applied: null };
const NOTHING_CONSUMED: Rating = { pricing: 'priced', costNanoUsd: 0n, applied: null };

/**
 * Rates a request: by the price that its model provider states for the model, else the provider's default price, else
 * the price book, else the organization's default price. Without any of them it is unpriced, never free.
 *
 * A request that failed before anything was consumed costs nothing at any price, so it needs none.
 */
export function rate(question: RatingQuestion): Rating {
  const { outcome, usage, modelProvider, organizationId, organizationDefaultPrice } = question;
  if (outcome === 'failed' && Object.values(usage).every((count) => count === 0)) return NOTHING_CONSUMED;
  const found = modelProvider === undefined ? undefined : findPrice(question, modelProvider);
  if (found !== undefined) return found;
  if (organizationDefaultPrice === null) return UNPRICED;
  const price = modelPriceOfPayload(organizationDefaultPrice);
  return charge('default', usage, { family: null, model: null, price, source: organizationId });
}

function findPrice(question: RatingQuestion, modelProvider: PricingRow): Rating | undefined {
  const { model, book, usage, occurredAtMs } = question;
  const family = normalizeFamily(modelProvider.type);
  const resolved = resolvePrice({
    modelProvider: { family, prices: modelProvider.prices, defaultPrice: modelProvider.default_price },
    model: model ?? '',
    atMs: occurredAtMs,
    book,
  });
  if (resolved === undefined) return undefined;
  const { price } = resolved;
  switch (resolved.source) {
    case 'model-provider':
      return charge('priced', usage, { family, model: model ?? null, price, source: modelProvider.id });
    case 'model-provider-default':
      return charge('default', usage, { family, model: null, price, source: modelProvider.id });
    case 'price-book':
      return charge('priced', usage, { family, model: model ?? null, price, source: book.version });
  }
}

function charge(pricing: 'priced' | 'default', usage: SpendUsage, applied: Omit<AppliedPrice, 'id'>): Rating {
  const content = JSON.stringify([applied.family, applied.model, applied.price, applied.source]);
  const id = `price_${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;
  return { pricing, costNanoUsd: costOfSpend(applied.price, usage), applied: { id, ...applied } };
}
