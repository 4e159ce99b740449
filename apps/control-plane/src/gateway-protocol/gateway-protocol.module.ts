import { Module } from '@nestjs/common';
import { BootstrapPages } from '../bootstrap/bootstrap-pages.js';
import { ProviderSlots } from '../bootstrap/provider-slots.js';
import { ChangeEventsModule } from '../change-events/change-events.module.js';
import { FleetModule } from '../fleet/fleet.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SpendModule } from '../spend/spend.module.js';
import { BundleTokens } from './bundle-tokens.js';
import { GatewayProtocolController } from './gateway-protocol.controller.js';
import { KeyConfigs } from './key-configs.js';
import { KeyResolver } from './key-resolver.js';
import { KeyUsage } from './key-usage.js';

/** The internal API between gateways and the control plane. */
@Module({
  imports: [ChangeEventsModule, FleetModule, SecretsModule, SpendModule],
  controllers: [GatewayProtocolController],
  providers: [BootstrapPages, BundleTokens, KeyConfigs, KeyResolver, KeyUsage, ProviderSlots],
})
export class GatewayProtocolModule {}
