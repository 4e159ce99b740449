import { ProvidersModule, type ProviderAdapter } from '#providers';
import { Module, RequestMethod, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import type { GatewayConfig } from './config/gateway-config.js';
import { CoreModule } from './core/core.module.js';
import { EndpointsModule } from './endpoints/endpoints.module.js';
import { GatewayExceptionFilter } from './errors/gateway-exception.filter.js';
import { ExchangeOpener } from './exchange/exchange-opener.js';
import type { GatewayVersion } from './gateway-version.js';
import { HealthModule } from './health/health.module.js';
import { loggerOptions } from './telemetry/logger-options.js';
import type { TracingOptions } from './telemetry/tracing-options.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';

/** The data plane's object graph. */
@Module({})
export class GatewayModule {
  /**
   * @param tracing Whether OpenTelemetry was started before Nest.
   * @param adapters Adapters besides those that come with the gateway.
   */
  static forRoot(
    config: GatewayConfig,
    version: GatewayVersion,
    tracing: TracingOptions,
    adapters: readonly ProviderAdapter[],
  ): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        CoreModule.forRoot(config, version, tracing),
        ProvidersModule.forRoot({ adapters }),
        LoggerModule.forRoot({
          pinoHttp: loggerOptions(config, version),
          // One line per request is written by the access log; a logger per request would cost more than the request.
          forRoutes: [],
          exclude: [{ path: '/{*splat}', method: RequestMethod.ALL }],
        }),
        TelemetryModule,
        HealthModule,
        EndpointsModule,
      ],
      providers: [ExchangeOpener, { provide: APP_FILTER, useClass: GatewayExceptionFilter }],
    };
  }
}
