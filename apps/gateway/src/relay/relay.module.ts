import { EgressPolicy, UpstreamPools } from '#providers';
import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.js';
import { ProviderErrorForwarder } from './provider-error-forwarder.js';
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
      useFactory: (egress: EgressPolicy) => new UpstreamPools({ egress }),
    },
    UpstreamRelay,
    ProviderErrorForwarder,
  ],
  exports: [UpstreamPools, UpstreamRelay, ProviderErrorForwarder],
})
export class RelayModule {}
