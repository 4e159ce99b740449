import { Injectable } from '@nestjs/common';
import type { ModelPricePayload } from '#gateway-protocol';
import { AdapterRegistry, declaredPrices } from '#providers';
import type { Row } from '../database/schema.js';

type PricedRow = Pick<Row<'model_providers'>, 'type' | 'prices'>;

/** Completes what a model provider's row says of prices with what the vendor's adapter declares. */
@Injectable()
export class DeclaredPrices {
  private readonly byFamily: ReadonlyMap<string, Readonly<Record<string, ModelPricePayload>>>;

  constructor(adapters: AdapterRegistry) {
    const entries = adapters.families.map((family) => [family, pricesOf(adapters, family)] as const);
    this.byFamily = new Map(entries.filter(([, prices]) => Object.keys(prices).length > 0));
  }

  /** The row with the declared prices besides its own, which win. */
  addTo<Priced extends PricedRow>(row: Priced): Priced {
    const declared = this.byFamily.get(row.type);
    return declared === undefined ? row : { ...row, prices: { ...declared, ...row.prices } };
  }
}

function pricesOf(adapters: AdapterRegistry, family: string): Readonly<Record<string, ModelPricePayload>> {
  const adapter = adapters.find(family);
  return adapter === undefined ? {} : declaredPrices(adapter);
}
