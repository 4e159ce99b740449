import { invariant } from '#kernel';
import type { ModelPrice } from '../price/model-price.js';
import { priceBookDataSchema, type PriceBookData } from './price-book-data.js';
import { SHIPPED_PRICES_JSON } from './prices.generated.js';
import { VendorPrices, type PricedModel, type PriceHistory } from './vendor-prices.js';

/** Longer model names have no price: no vendor has such a model, and the memory of names stays bounded. */
export const MODEL_NAME_CHARACTERS_MAX = 512;

/** Default number of remembered model names per vendor, known and unknown ones together. */
export const REMEMBERED_MODELS_MAX = 4096;

/** What a {@link PriceBook} can be told. */
export interface PriceBookOptions {
  /** Model names remembered per vendor; the oldest is forgotten first. Default {@link REMEMBERED_MODELS_MAX}. */
  readonly rememberedModelsMax?: number;
}

interface Vendor {
  /** The vendor's own prices, then those of the vendors that it resells. */
  readonly sources: readonly VendorPrices[];
  readonly remembered: Map<string, PriceHistory>;
}

const DAY_MS = 86_400_000;
const UNKNOWN: PriceHistory = [];

/** A compact date in a model name, with what must follow it: `-20250929`, then a dash, a colon or the end. */
const COMPACT_DATE = /-(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[-:]|$)/g;

/** What models cost at list price, by vendor, model name and time. Immutable but for the names that it remembers. */
export class PriceBook {
  /** Which prices these are, for a record of what a request was charged by. */
  readonly version: string;
  private readonly vendors: ReadonlyMap<string, Vendor>;
  private readonly rememberedModelsMax: number;

  constructor(data: PriceBookData, options: PriceBookOptions = {}) {
    this.version = data.version;
    this.rememberedModelsMax = options.rememberedModelsMax ?? REMEMBERED_MODELS_MAX;
    invariant(this.rememberedModelsMax > 0, 'a price book must remember at least one model');
    this.vendors = createVendors(data);
  }

  /**
   * The list price of `model` at the vendor `family` (normalised, see `normalizeFamily`) at `atMs`, milliseconds since
   * the epoch.
   *
   * Undefined when the vendor, the model or a price for that time is not known, never a zero in its place; a model that
   * is free has a price of 0. Names are matched without regard to case, and may carry a date or a region where the
   * vendor has such names.
   */
  find(family: string, model: string, atMs: number): PricedModel | undefined {
    const vendor = this.vendors.get(family);
    if (vendor === undefined) return undefined;
    const history = vendor.remembered.get(model) ?? this.learn(vendor, model);
    for (const priced of history) {
      if (holdsAt(priced.price, atMs)) return priced;
    }
    return undefined;
  }

  private learn(vendor: Vendor, model: string): PriceHistory {
    if (model.length > MODEL_NAME_CHARACTERS_MAX) return UNKNOWN;
    const name = model.trim().toLowerCase();
    const history = matchAny(vendor.sources, name) ?? matchAny(vendor.sources, withDashedDates(name)) ?? UNKNOWN;
    if (vendor.remembered.size >= this.rememberedModelsMax) forgetOldest(vendor.remembered);
    vendor.remembered.set(model, history);
    return history;
  }
}

/** The price book that this version ships with. It takes some milliseconds to make: make it once. */
export function createShippedPriceBook(options: PriceBookOptions = {}): PriceBook {
  return new PriceBook(priceBookDataSchema.parse(JSON.parse(SHIPPED_PRICES_JSON)), options);
}

function createVendors(data: PriceBookData): ReadonlyMap<string, Vendor> {
  const pricesByVendor = new Map(Object.entries(data.vendors).map(([id, vendor]) => [id, new VendorPrices(vendor)]));
  return new Map(
    Object.entries(data.families).map(([family, id]) => {
      const sources = [id, ...(data.vendors[id]?.fallbacks ?? [])].map((source) => pricesByVendor.get(source));
      return [family, { sources: sources.filter((source) => source !== undefined), remembered: new Map() }];
    }),
  );
}

function matchAny(sources: readonly VendorPrices[], name: string): PriceHistory | undefined {
  for (const source of sources) {
    const history = source.match(name);
    if (history !== undefined) return history;
  }
  return undefined;
}

function withDashedDates(name: string): string {
  return name.replaceAll(COMPACT_DATE, '-$1-$2-$3');
}

function holdsAt(price: ModelPrice, atMs: number): boolean {
  if (price.effectiveFromMs !== undefined && atMs < price.effectiveFromMs) return false;
  if (price.effectiveToMs !== undefined && atMs >= price.effectiveToMs) return false;
  if (price.dailyWindow === undefined) return true;
  const { fromMs, toMs } = price.dailyWindow;
  const timeOfDayMs = ((atMs % DAY_MS) + DAY_MS) % DAY_MS;
  if (fromMs <= toMs) return timeOfDayMs >= fromMs && timeOfDayMs < toMs;
  return timeOfDayMs >= fromMs || timeOfDayMs < toMs;
}

function forgetOldest(remembered: Map<string, PriceHistory>): void {
  for (const oldest of remembered.keys()) {
    remembered.delete(oldest);
    return;
  }
}
