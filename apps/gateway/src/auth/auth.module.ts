import {
  Bootstrap,
  BundleVerifier,
  ChangeFeed,
  ControlPlaneBootstrapSource,
  ControlPlaneKeySource,
  FeedHealth,
  KeyCache,
  KeyCacheEvents,
  KeySource,
  MultiplexedChangeSource,
  RedisKeyStore,
  UnknownKeyLimit,
  feedSilenceMaxMs,
} from '#auth-cache';
import { BudgetLedger } from '#budget';
import { ControlPlaneClient, type Bundle } from '#gateway-protocol';
import { Clock, Random } from '#kernel';
import { Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LedgerModule } from '../budget/ledger.module.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { RequestBodyReader } from '../request-body/request-body-reader.js';
import { KeyCacheLog } from './key-cache-log.js';
import { registerKeyCacheMetrics } from './key-cache-metrics.js';
import { keyCacheSettings } from './key-cache-settings.js';
import { KeyEndWatch } from './key-end-watch.js';
import { LiveExchanges } from './live-exchanges.js';
import { LiveKeyCheck } from './live-key-check.js';
import { ObservingKeySource } from './observing-key-source.js';

/** The second level of the key cache, when there is one. */
class SharedKeys {
  constructor(readonly store: RedisKeyStore | undefined) {}
}

/** What `AuthInterceptor` needs to tell who the client is: the key cache, its source, and the feed that keeps it honest. */
@Module({
  imports: [LedgerModule],
  providers: [
    LiveExchanges,
    {
      provide: KeyCacheEvents,
      inject: [LiveExchanges],
      useFactory: (live: LiveExchanges) => new KeyEndWatch(new KeyCacheLog(), live),
    },
    {
      provide: BundleVerifier,
      inject: [GatewayConfig, Clock],
      useFactory: ({ jwtSecret: current, jwtSecretPrevious: previous }: GatewayConfig, clock: Clock) =>
        new BundleVerifier({ current, previous }, clock),
    },
    {
      provide: KeySource,
      inject: [ControlPlaneClient, BundleVerifier, Clock, BudgetLedger, KeyCacheEvents],
      useFactory: (
        client: ControlPlaneClient,
        verifier: BundleVerifier,
        clock: Clock,
        ledger: BudgetLedger,
        events: KeyCacheEvents,
      ) => {
        const controlPlane = new ControlPlaneKeySource(client, verifier);
        return new ObservingKeySource(new UnknownKeyLimit(controlPlane, clock, events), ledger);
      },
    },
    {
      provide: FeedHealth,
      inject: [Clock, GatewayConfig],
      useFactory: (clock: Clock, config: GatewayConfig) =>
        new FeedHealth(clock, feedSilenceMaxMs(config.controlPlaneLongPollMs / 1000)),
    },
    {
      provide: SharedKeys,
      inject: [GatewayConfig, Clock, Random, KeyCacheEvents],
      useFactory: createSharedKeys,
    },
    {
      provide: KeyCache,
      inject: [KeySource, Clock, Random, KeyCacheEvents, FeedHealth, SharedKeys, GatewayConfig],
      useFactory: createKeyCache,
    },
    {
      provide: ChangeFeed,
      inject: [ControlPlaneClient, KeyCache, Clock, Random, KeyCacheEvents, FeedHealth, GatewayConfig],
      useFactory: createChangeFeed,
    },
    {
      provide: Bootstrap,
      inject: [ControlPlaneClient, BundleVerifier, KeyCache, ChangeFeed, Clock, Random, KeyCacheEvents, BudgetLedger],
      useFactory: createBootstrap,
    },
    {
      provide: LiveKeyCheck,
      inject: [LiveExchanges, KeyCache, Clock],
      useFactory: (live: LiveExchanges, cache: KeyCache, clock: Clock) => new LiveKeyCheck(live, cache, clock),
    },
    RequestBodyReader,
  ],
  exports: [Bootstrap, KeyCache, LiveExchanges, RequestBodyReader],
})
export class AuthModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly feed: ChangeFeed,
    private readonly cache: KeyCache,
    private readonly shared: SharedKeys,
    private readonly liveKeyCheck: LiveKeyCheck,
  ) {
    registerKeyCacheMetrics(cache);
  }

  async onApplicationBootstrap(): Promise<void> {
    // Waits for Redis a second at most: a replica that starts while the control plane is away finds its keys there.
    await this.shared.store?.start();
    this.feed.start();
    this.liveKeyCheck.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.feed.stop(), this.liveKeyCheck.stop(), this.cache.stop()]);
    this.shared.store?.stop();
  }
}

function createKeyCache(
  source: KeySource,
  clock: Clock,
  random: Random,
  events: KeyCacheEvents,
  feedHealth: FeedHealth,
  { store: shared }: SharedKeys,
  config: GatewayConfig,
): KeyCache {
  return new KeyCache({ source, clock, random, events, feedHealth, shared }, keyCacheSettings(config));
}

function createSharedKeys(config: GatewayConfig, clock: Clock, random: Random, events: KeyCacheEvents): SharedKeys {
  const { redis: target, jwtSecret: current, jwtSecretPrevious: previous } = config;
  if (target === undefined) return new SharedKeys(undefined);
  const ports = { target, secrets: { current, previous }, clock, random, events };
  return new SharedKeys(new RedisKeyStore(ports, { commandTimeoutMs: config.redisCommandTimeoutMs }));
}

function createChangeFeed(
  client: ControlPlaneClient,
  cache: KeyCache,
  clock: Clock,
  random: Random,
  events: KeyCacheEvents,
  health: FeedHealth,
  config: GatewayConfig,
): ChangeFeed {
  const source = new MultiplexedChangeSource({ client, clock, random });
  const pollHoldSeconds = config.controlPlaneLongPollMs / 1000;
  return new ChangeFeed({ source, cache, clock, random, events, health }, { pollHoldSeconds });
}

function createBootstrap(
  client: ControlPlaneClient,
  verifier: BundleVerifier,
  cache: KeyCache,
  feed: ChangeFeed,
  clock: Clock,
  random: Random,
  events: KeyCacheEvents,
  ledger: BudgetLedger,
): Bootstrap {
  const source = new ControlPlaneBootstrapSource(client, verifier);
  const onLoaded = ({ budgets }: Bundle): void => ledger.observe(budgets);
  return new Bootstrap({ source, cache, feed, clock, random, events, onLoaded });
}
