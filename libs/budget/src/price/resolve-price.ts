import type { ModelProvider } from '#gateway-protocol';
import type { PriceBook } from '../price-book/price-book.js';
import { modelPriceOfPayload, type ModelPrice } from './model-price.js';

/** What {@link resolvePrice} needs to know. */
export interface PriceQuestion {
  readonly modelProvider: Pick<ModelProvider, 'family' | 'prices' | 'defaultPrice'>;
  /** The name by which the vendor knows the model. */
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly book: PriceBook;
}

/** The price that a request is charged at, and who set it. */
export interface ResolvedPrice {
  readonly price: ModelPrice;
  /** `model-provider`: set for this model by the customer; `model-provider-default`: for all of it; `price-book`: list. */
  readonly source: 'model-provider' | 'model-provider-default' | 'price-book';
}

/**
 * The price of a model at a model provider: the price that the provider row states for it, else the row's default
 * price, else the list price of the vendor. Undefined when none of them is known, which is not the same as free.
 */
export function resolvePrice({ modelProvider, model, atMs, book }: PriceQuestion): ResolvedPrice | undefined {
  const own = Object.hasOwn(modelProvider.prices, model) ? modelProvider.prices[model] : undefined;
  if (own !== undefined) return { price: modelPriceOfPayload(own), source: 'model-provider' };
  if (modelProvider.defaultPrice !== null) {
    return { price: modelPriceOfPayload(modelProvider.defaultPrice), source: 'model-provider-default' };
  }
  const listed = book.find(modelProvider.family, model, atMs);
  return listed === undefined ? undefined : { price: listed.price, source: 'price-book' };
}
