import { PriceBook } from '#budget';
import type { Bundle } from '#gateway-protocol';
import { Clock } from '#kernel';
import { AdapterRegistry } from '#providers';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { listModels, providersInReach, wantsDiscovery, type ModelEntry } from './model-catalogue.js';
import { ModelDiscovery, NO_DISCOVERY } from './model-discovery.js';

/** The models of a key. */
export interface DirectoryListing {
  /** Sorted by id. */
  readonly models: readonly ModelEntry[];
  /** What could not be found out, as `vendor:reason`; empty when the list is complete. */
  readonly gaps: readonly string[];
}

/** How long a listing is good for, so that a client that keeps asking costs next to nothing; and how many are kept. */
const LISTING_MS = 5_000;
const LISTINGS_MAX = 64;

interface Remembered {
  readonly listing: Promise<DirectoryListing>;
  readonly untilMs: number;
}

/** Looks up which models a key may use, live where that is needed. */
@Injectable()
export class ModelDirectory {
  private readonly remembered = new LRUCache<Bundle, Remembered>({ max: LISTINGS_MAX });

  constructor(
    private readonly discovery: ModelDiscovery,
    private readonly adapters: AdapterRegistry,
    private readonly prices: PriceBook,
    private readonly clock: Clock,
  ) {}

  /**
   * The models of the key behind `bundle`, at most {@link LISTING_MS} old. It takes half a minute at most, and does not
   * reject. A new configuration is a new bundle, so what it changes shows at once.
   */
  of(bundle: Bundle): Promise<DirectoryListing> {
    const nowMs = this.clock.monotonicMs();
    const held = this.remembered.get(bundle);
    if (held !== undefined && nowMs < held.untilMs) return held.listing;
    const listing = this.look(bundle);
    this.remembered.set(bundle, { listing, untilMs: nowMs + LISTING_MS });
    return listing;
  }

  private async look(bundle: Bundle): Promise<DirectoryListing> {
    const { models, gaps } = wantsDiscovery(bundle)
      ? await this.discovery.discover(providersInReach(bundle))
      : NO_DISCOVERY;
    const { adapters, prices } = this;
    return { models: listModels({ bundle, discovered: models, adapters, prices, nowMs: this.clock.now() }), gaps };
  }
}
