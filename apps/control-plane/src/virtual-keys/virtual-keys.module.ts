import { Module } from '@nestjs/common';

import { BudgetsModule } from '../budgets/budgets.module.js';
import { FleetModule } from '../fleet/fleet.module.js';
import { ManagementModule } from '../management/management.module.js';
import { SecretsModule } from '../secrets/secrets.module.js';
import { OwnBudget } from './own-budget.js';
import { VirtualKeyCreation } from './virtual-key-creation.js';
import { VirtualKeyLifecycle } from './virtual-key-lifecycle.js';
import { VirtualKeyUpdate } from './virtual-key-update.js';
import { VirtualKeysController } from './virtual-keys.controller.js';

/** Virtual keys in the management API. */
@Module({
  imports: [ManagementModule, SecretsModule, BudgetsModule, FleetModule],
  controllers: [VirtualKeysController],
  providers: [OwnBudget, VirtualKeyCreation, VirtualKeyUpdate, VirtualKeyLifecycle],
})
export class VirtualKeysModule {}
