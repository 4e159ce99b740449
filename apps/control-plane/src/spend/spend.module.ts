import { Module } from '@nestjs/common';
import { PriceBook, createShippedPriceBook } from '#budget';
import { BudgetAnnouncer } from './budget-announcer.js';
import { SpendLedger } from './spend-ledger.js';

/** The ledger, and what follows from its entries. */
@Module({
  providers: [SpendLedger, BudgetAnnouncer, { provide: PriceBook, useFactory: () => createShippedPriceBook() }],
  exports: [SpendLedger, BudgetAnnouncer],
})
export class SpendModule {}
