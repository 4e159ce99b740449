import { Module } from '@nestjs/common';
import { ChangeEventsModule } from '../change-events/change-events.module.js';
import { GatewayFleet } from './gateway-fleet.js';
import { Propagation } from './propagation.js';

/** Which gateways run and what they have applied. */
@Module({
  imports: [ChangeEventsModule],
  providers: [GatewayFleet, Propagation],
  exports: [GatewayFleet, Propagation],
})
export class FleetModule {}
