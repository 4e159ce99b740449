import { Module } from '@nestjs/common';

import { BudgetsModule } from '../budgets/budgets.module.js';
import { GatewaysModule } from '../fleet/gateways.module.js';
import { ModelProvidersModule } from '../model-providers/model-providers.module.js';
import { RequestsModule } from '../requests/requests.module.js';
import { RoutingPoliciesModule } from '../routing-policies/routing-policies.module.js';
import { VirtualKeysModule } from '../virtual-keys/virtual-keys.module.js';
import { OpenApiController } from './openapi.controller.js';

/** The management REST API, whole, with its document. */
@Module({
  imports: [
    VirtualKeysModule,
    ModelProvidersModule,
    RoutingPoliciesModule,
    BudgetsModule,
    RequestsModule,
    GatewaysModule,
  ],
  controllers: [OpenApiController],
})
export class ManagementApiModule {}
