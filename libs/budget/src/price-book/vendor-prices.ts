import type { ModelPrice } from '../price/model-price.js';
import { compilePatterns, exactNames, type ModelMatcher } from './model-matcher.js';
import type { PriceBookData } from './price-book-data.js';

/** A price and the model of the price book that it belongs to. */
export interface PricedModel {
  /** The model's name in the price book, which may be shorter than the name that was asked for. */
  readonly modelId: string;
  readonly price: ModelPrice;
}

/** The prices of one model in the order in which they are tried. Empty when the model is known but its price is not. */
export type PriceHistory = readonly PricedModel[];

type VendorData = PriceBookData['vendors'][string];

interface Pattern {
  readonly position: number;
  readonly matches: ModelMatcher;
}

/** The models of one vendor. The first model in the order of the data that matches a name is meant by it. */
export class VendorPrices {
  private readonly histories: readonly PriceHistory[];
  private readonly positionByName = new Map<string, number>();
  private readonly patterns: readonly Pattern[];

  constructor(data: VendorData) {
    this.histories = data.models.map(([modelId, , prices]) => (prices ?? []).map((price) => ({ modelId, price })));
    this.patterns = data.models.flatMap(([, terms], position) => {
      for (const name of exactNames(terms)) {
        if (!this.positionByName.has(name)) this.positionByName.set(name, position);
      }
      const matches = compilePatterns(terms);
      return matches === undefined ? [] : [{ position, matches }];
    });
  }

  /** The prices of the model that is meant by `modelName` (lower case), or undefined when there is no such model. */
  match(modelName: string): PriceHistory | undefined {
    const exact = this.positionByName.get(modelName) ?? this.histories.length;
    const pattern = this.patterns.find(({ position, matches }) => position >= exact || matches(modelName));
    return this.histories[Math.min(exact, pattern?.position ?? exact)];
  }
}
