import { Module } from '@nestjs/common';
import { RoutingModule } from '../routing/routing.module.js';
import { LedgerModule } from './ledger.module.js';

/** What `BudgetInterceptor` needs to tell whether a request may be afforded, and to settle what it cost. */
@Module({
  imports: [LedgerModule, RoutingModule],
  exports: [LedgerModule, RoutingModule],
})
export class BudgetModule {}
