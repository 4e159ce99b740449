import { Clock } from '#kernel';
import { Global, Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { DrainState } from '../lifecycle/drain-state.js';
import { AccessLog } from './access-log.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { observeMetric } from './observed-metric.js';
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
  constructor(rate: RequestRate, drain: DrainState) {
    observeMetric({
      kind: 'gauge',
      name: 'lw_gateway_rps',
      help: 'Requests per second on public endpoints, for autoscaling.',
      samples: () => [{ value: rate.perSecond() }],
    });
    observeMetric({
      kind: 'gauge',
      name: 'gateway_draining',
      help: '1 while this replica is on its way out.',
      samples: () => [{ value: drain.draining ? 1 : 0 }],
    });
  }
}
