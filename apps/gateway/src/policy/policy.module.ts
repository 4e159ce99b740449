import { Clock } from '#kernel';
import { Module } from '@nestjs/common';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import { RateGate } from './rate-gate.js';
import { RateLimiter } from './rate-limiter.js';

/** The request ceilings of keys. */
@Module({
  providers: [
    {
      provide: RateGate,
      inject: [Clock, GatewayMetrics],
      useFactory: (clock: Clock, metrics: GatewayMetrics) => new RateGate(new RateLimiter(clock), metrics),
    },
  ],
  exports: [RateGate],
})
export class PolicyModule {}
