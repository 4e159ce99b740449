import { hostname } from 'node:os';
import { ControlPlaneClient } from '#gateway-protocol';
import { Clock, Random, SystemClock, SystemRandom } from '#kernel';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.js';
import { GatewayVersion } from '../gateway-version.js';
import { DrainState } from '../lifecycle/drain-state.js';
import { SpendConfig } from '../spend/spend-config.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import { MeteredControlPlaneClient } from '../telemetry/metered-control-plane-client.js';
import { TracingOptions } from '../telemetry/tracing-options.js';
import { nodeIdOf } from './node-id.js';

/** What every module may lean on: configuration, time, randomness, and the way to the control plane. */
@Global()
@Module({})
export class CoreModule {
  /** @param tracing Whether OpenTelemetry was started before Nest. */
  static forRoot(config: GatewayConfig, version: GatewayVersion, tracing: TracingOptions): DynamicModule {
    const nodeId = nodeIdOf(hostname(), config.serverAddress);
    const tokens = [
      GatewayConfig,
      GatewayVersion,
      TracingOptions,
      DrainState,
      Clock,
      Random,
      ControlPlaneClient,
      SpendConfig,
    ];
    return {
      module: CoreModule,
      providers: [
        { provide: GatewayConfig, useValue: config },
        { provide: GatewayVersion, useValue: version },
        { provide: TracingOptions, useValue: tracing },
        { provide: Clock, useClass: SystemClock },
        { provide: Random, useClass: SystemRandom },
        DrainState,
        {
          provide: ControlPlaneClient,
          inject: [Clock, GatewayMetrics],
          useFactory: (clock: Clock, metrics: GatewayMetrics) =>
            new MeteredControlPlaneClient(
              {
                baseUrl: config.controlPlaneUrl,
                secret: config.internalSecret,
                previousSecret: config.internalSecretPrevious,
                requestTimeoutMs: config.controlPlaneRequestTimeoutMs,
                nodeId,
                version: version.text,
                clock,
              },
              metrics,
            ),
        },
        { provide: SpendConfig, useValue: spendConfig(config, nodeId) },
      ],
      exports: tokens,
    };
  }
}

function spendConfig(config: GatewayConfig, nodeId: string): SpendConfig {
  return {
    enabled: config.spendEnabled,
    dir: config.spendSpoolDir,
    maxBytes: config.spendSpoolBytesMax,
    flushIntervalMs: config.spendFlushIntervalMs,
    podId: nodeId,
  };
}
