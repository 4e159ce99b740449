import { Module } from '@nestjs/common';

import { ManagementModule } from '../management/management.module.js';
import { BudgetWriter } from './budget-writer.js';
import { BudgetsController } from './budgets.controller.js';
import { Budgets } from './budgets.js';

/** Spending limits in the management API. */
@Module({
  imports: [ManagementModule],
  controllers: [BudgetsController],
  providers: [Budgets, BudgetWriter],
  exports: [BudgetWriter],
})
export class BudgetsModule {}
