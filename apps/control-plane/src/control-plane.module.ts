import { ProvidersModule, type ProviderAdapter } from '#providers';
import { type DynamicModule, Module } from '@nestjs/common';
import type { ControlPlaneConfig } from './config/control-plane-config.js';
import { CoreModule } from './core.module.js';
import { GatewayProtocolModule } from './gateway-protocol/gateway-protocol.module.js';
import { HealthModule } from './health/health.module.js';
import { type LogDestination, LoggingModule } from './logging/logging.module.js';
import { ManagementApiModule } from './openapi/management-api.module.js';
import { OrganizationsModule } from './organizations/organizations.module.js';

/** The control plane's object graph on one screen. */
@Module({})
export class ControlPlaneModule {
  /** @param adapters Adapters besides those that come with the control plane. */
  static forRoot(
    config: ControlPlaneConfig,
    logDestination: LogDestination | undefined,
    adapters: readonly ProviderAdapter[],
  ): DynamicModule {
    return {
      module: ControlPlaneModule,
      imports: [
        CoreModule.forRoot(config),
        ProvidersModule.forRoot({ adapters }),
        LoggingModule.forRoot(config, logDestination),
        HealthModule,
        OrganizationsModule,
        GatewayProtocolModule,
        ManagementApiModule,
      ],
    };
  }
}
