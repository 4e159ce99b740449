import {
  BundleVerifier,
  ChangeFeed,
  ControlPlaneChangeSource,
  ControlPlaneKeySource,
  KeyCache,
  KeyCacheEvents,
  KeySource,
  UnknownKeyLimit,
} from '#auth-cache';
import { BudgetLedger } from '#budget';
import { ControlPlaneClient } from '#gateway-protocol';
import { Clock, Random } from '#kernel';
import { Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LedgerModule } from '../budget/ledger.module.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { RequestBodyReader } from '../request-body/request-body-reader.js';
import { KeyCacheLog } from './key-cache-log.js';
import { registerKeyCacheMetrics } from './key-cache-metrics.js';
import { ObservingKeySource } from './observing-key-source.js';

/** What `AuthInterceptor` needs to tell who the client is: the key cache, its source, and the feed that keeps it honest. */
@Module({
  imports: [LedgerModule],
  providers: [
    { provide: KeyCacheEvents, useClass: KeyCacheLog },
    {
      provide: KeySource,
      inject: [ControlPlaneClient, GatewayConfig, Clock, BudgetLedger, KeyCacheEvents],
      useFactory: (
        client: ControlPlaneClient,
        config: GatewayConfig,
        clock: Clock,
        ledger: BudgetLedger,
        events: KeyCacheEvents,
      ) => {
        const secrets = { current: config.jwtSecret, previous: config.jwtSecretPrevious };
        const controlPlane = new ControlPlaneKeySource(client, new BundleVerifier(secrets, clock));
        return new ObservingKeySource(new UnknownKeyLimit(controlPlane, clock, events), ledger);
      },
    },
    {
      provide: KeyCache,
      inject: [KeySource, Clock, Random, KeyCacheEvents, GatewayConfig],
      useFactory: (source: KeySource, clock: Clock, random: Random, events: KeyCacheEvents, config: GatewayConfig) =>
        new KeyCache(
          { source, clock, random, events },
          {
            maxEntries: config.authCacheEntriesMax,
            softBumpMs: config.authCacheSoftBumpMs,
            hardGraceMs: config.authCacheHardGraceMs,
            configTtlMs: config.authCacheConfigTtlMs,
          },
        ),
    },
    {
      provide: ChangeFeed,
      inject: [ControlPlaneClient, KeyCache, Clock, Random, KeyCacheEvents],
      useFactory: (client: ControlPlaneClient, cache: KeyCache, clock: Clock, random: Random, events: KeyCacheEvents) =>
        new ChangeFeed({ source: new ControlPlaneChangeSource(client), cache, clock, random, events }),
    },
    RequestBodyReader,
  ],
  exports: [KeyCache, RequestBodyReader],
})
export class AuthModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly feed: ChangeFeed,
    private readonly cache: KeyCache,
  ) {
    registerKeyCacheMetrics(cache);
  }

  onApplicationBootstrap(): void {
    this.feed.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.feed.stop(), this.cache.stop()]);
  }
}
