import { BudgetLedger, SnapshotLedger } from '#budget';
import { Clock } from '#kernel';
import { Module } from '@nestjs/common';

/** What is known to be spent: the control plane's reports with this replica's own running totals on top. */
@Module({
  providers: [{ provide: BudgetLedger, inject: [Clock], useFactory: (clock: Clock) => new SnapshotLedger({ clock }) }],
  exports: [BudgetLedger],
})
export class LedgerModule {}
