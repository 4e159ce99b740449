import { PriceBook, createShippedPriceBook } from '#budget';
import { Clock } from '#kernel';
import { AdapterRegistry, OpenAiCompatibleAdapter } from '#providers';
import { BreakerRegistry } from '#retry';
import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.js';
import { RelayModule } from '../relay/relay.module.js';

/** What `FallbackInterceptor` needs to plan and walk candidates: adapters, prices, circuit breakers, the relay. */
@Module({
  imports: [RelayModule],
  providers: [
    { provide: AdapterRegistry, useFactory: () => new AdapterRegistry([new OpenAiCompatibleAdapter()]) },
    { provide: PriceBook, useFactory: () => createShippedPriceBook() },
    {
      provide: BreakerRegistry,
      inject: [Clock, GatewayConfig],
      useFactory: (clock: Clock, config: GatewayConfig) =>
        new BreakerRegistry({
          clock,
          config: {
            windowMs: config.circuitWindowMs,
            threshold: config.circuitThreshold,
            cooldownMs: config.circuitCooldownMs,
          },
        }),
    },
  ],
  exports: [AdapterRegistry, PriceBook, BreakerRegistry, RelayModule],
})
export class RoutingModule {}
