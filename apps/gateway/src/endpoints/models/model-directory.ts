import { PriceBook } from '#budget';
import type { Bundle } from '#gateway-protocol';
import { Clock } from '#kernel';
import { AdapterRegistry } from '#providers';
import { Injectable } from '@nestjs/common';
import { listModels, providersInReach, wantsDiscovery, type ModelEntry } from './model-catalogue.js';
import { ModelDiscovery, NO_DISCOVERY } from './model-discovery.js';

/** The models of a key. */
export interface DirectoryListing {
  /** Sorted by id. */
  readonly models: readonly ModelEntry[];
  /** What could not be found out, as `vendor:reason`; empty when the list is complete. */
  readonly gaps: readonly string[];
}

/** Looks up which models a key may use, live where that is needed. */
@Injectable()
export class ModelDirectory {
  constructor(
    private readonly discovery: ModelDiscovery,
    private readonly adapters: AdapterRegistry,
    private readonly prices: PriceBook,
    private readonly clock: Clock,
  ) {}

  /** The models of the key behind `bundle`. It takes half a minute at most, and does not reject. */
  async of(bundle: Bundle): Promise<DirectoryListing> {
    const { models, gaps } = wantsDiscovery(bundle)
      ? await this.discovery.discover(providersInReach(bundle))
      : NO_DISCOVERY;
    const { adapters, prices } = this;
    return { models: listModels({ bundle, discovered: models, adapters, prices, nowMs: this.clock.now() }), gaps };
  }
}
