import { Module } from '@nestjs/common';

import { ManagementModule } from '../management/management.module.js';
import { GatewaysController } from './gateways.controller.js';

/** Running gateways in the management API. */
@Module({ imports: [ManagementModule], controllers: [GatewaysController] })
export class GatewaysModule {}
