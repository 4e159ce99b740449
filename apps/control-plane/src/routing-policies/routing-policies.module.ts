import { Module } from '@nestjs/common';

import { ManagementModule } from '../management/management.module.js';
import { RoutingPoliciesController } from './routing-policies.controller.js';
import { RoutingPolicies } from './routing-policies.js';

/** Routing policies in the management API. */
@Module({
  imports: [ManagementModule],
  controllers: [RoutingPoliciesController],
  providers: [RoutingPolicies],
})
export class RoutingPoliciesModule {}
