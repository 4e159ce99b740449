import { Clock } from '#kernel';
import { Global, Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { DrainState } from '../lifecycle/drain-state.js';
import { AccessLog } from './access-log.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { RequestRate } from './request-rate.js';
import { RequestTracer } from './request-tracer.js';

/** Metrics, traces and the access log; global, because every step reports to them. */
@Global()
@Module({
  imports: [PrometheusModule.register({ path: '/metrics', defaultMetrics: { enabled: true } })],
  providers: [
    GatewayMetrics,
    { provide: RequestRate, inject: [Clock], useFactory: (clock: Clock) => new RequestRate(clock) },
    RequestTracer,
    AccessLog,
  ],
  exports: [GatewayMetrics, RequestRate, RequestTracer, AccessLog],
})
export class TelemetryModule {
  constructor(metrics: GatewayMetrics, rate: RequestRate, drain: DrainState) {
    metrics.observe('gauge', 'lw_gateway_rps', 'Requests per second on public endpoints, for autoscaling.', () => [
      { labels: {}, value: rate.perSecond() },
    ]);
    metrics.observe('gauge', 'gateway_draining', '1 while this replica is on its way out.', () => [
      { labels: {}, value: drain.draining ? 1 : 0 },
    ]);
  }
}
