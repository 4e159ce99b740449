import { UpstreamPools } from '#providers';
import { Module } from '@nestjs/common';
import { ProviderErrorForwarder } from './provider-error-forwarder.js';
import { UpstreamRelay } from './upstream-relay.js';

/** Bytes from provider to client: connection pools, attempts, and the forwarding of provider errors. */
@Module({
  providers: [{ provide: UpstreamPools, useFactory: () => new UpstreamPools() }, UpstreamRelay, ProviderErrorForwarder],
  exports: [UpstreamPools, UpstreamRelay, ProviderErrorForwarder],
})
export class RelayModule {}
