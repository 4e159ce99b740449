import { Module } from '@nestjs/common';
import { PriceBook, createShippedPriceBook } from '#budget';
import { DeclaredPrices } from '../model-providers/declared-prices.js';
import { BudgetAnnouncer } from './budget-announcer.js';
import { ExplanationPruner } from './explanation-pruner.js';
import { SpendLedger } from './spend-ledger.js';

/** The ledger, and what follows from its entries. */
@Module({
  providers: [
    SpendLedger,
    BudgetAnnouncer,
    DeclaredPrices,
    ExplanationPruner,
    { provide: PriceBook, useFactory: () => createShippedPriceBook() },
  ],
  exports: [SpendLedger, BudgetAnnouncer, DeclaredPrices],
})
export class SpendModule {}
