import { PriceBook, createShippedPriceBook } from '#budget';
import { Clock } from '#kernel';
import { BREAKER_GAUGE, BreakerRegistry } from '#retry';
import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.js';
import { RelayModule } from '../relay/relay.module.js';
import { LatencyBook } from './latency-book.js';
import { observeMetric } from '../telemetry/observed-metric.js';

/** What `FallbackInterceptor` needs to plan and walk candidates, besides adapters: prices, circuit breakers, the relay. */
@Module({
  imports: [RelayModule],
  providers: [
    LatencyBook,
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
  exports: [LatencyBook, PriceBook, BreakerRegistry, RelayModule],
})
export class RoutingModule {
  constructor(breakers: BreakerRegistry) {
    observeMetric({
      kind: 'gauge',
      name: 'gateway_circuit_state',
      help: 'Circuit of a model provider: 0 closed, 1 open, 2 half-open.',
      labelNames: ['credential_id'],
      *samples() {
        for (const [id, phase] of breakers.phases()) {
          // A model's breaker is named after the model too, whose name comes from clients: no label of a metric.
          if (!id.includes('/')) yield { labels: { credential_id: id }, value: BREAKER_GAUGE[phase] };
        }
      },
    });
  }
}
