import { EgressPolicy, UpstreamPools } from '#providers';
import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.js';
import { LocalAnswer } from './local-answer.js';
import { ProviderErrorForwarder } from './provider-error-forwarder.js';
import { Headroom } from '../routing/headroom.js';
import { TargetFinder } from './target-finder.js';
import { UpstreamRelay } from './upstream-relay.js';

/** Bytes from provider to client: where they may go, connection pools, attempts, and the forwarding of provider errors. */
@Module({
  providers: [
    {
      provide: EgressPolicy,
      inject: [GatewayConfig],
      useFactory: (config: GatewayConfig) =>
        new EgressPolicy({
          blocksSpecialAddresses: config.blockLocalHttpCalls,
          requiresHttps: config.requireHttpsCustomEndpoints,
          allowedHosts: config.allowedProxyHosts,
        }),
    },
    {
      provide: UpstreamPools,
      inject: [EgressPolicy],
      // Attempts have a limit of their own for the connection; this one only ends what nobody waits for any more.
      useFactory: (egress: EgressPolicy) => new UpstreamPools({ egress, connectTimeoutMs: 60_000 }),
    },
    TargetFinder,
    UpstreamRelay,
    LocalAnswer,
    Headroom,
    ProviderErrorForwarder,
  ],
  exports: [UpstreamPools, UpstreamRelay, Headroom, LocalAnswer, ProviderErrorForwarder],
})
export class RelayModule {}
