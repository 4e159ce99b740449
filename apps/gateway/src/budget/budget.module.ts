import { BudgetLedger, PriceBook } from '#budget';
import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { SpendModule } from '../spend/spend.module.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import { BudgetGate } from './budget-gate.js';
import { SideSpend } from './side-spend.js';
import { LedgerModule } from './ledger.module.js';

/** What `BudgetInterceptor` needs: the spend journal, the request ceilings and the budgets. */
@Module({
  imports: [LedgerModule, RoutingModule, PolicyModule, SpendModule],
  providers: [
    {
      provide: BudgetGate,
      inject: [BudgetLedger, PriceBook, GatewayMetrics, GatewayConfig],
      useFactory: (ledger: BudgetLedger, prices: PriceBook, metrics: GatewayMetrics, config: GatewayConfig) =>
        new BudgetGate({ ledger, prices, metrics, warnAtPercent: config.budgetWarnThresholdPercent }),
    },
    SideSpend,
  ],
  exports: [BudgetGate, SideSpend, PolicyModule, SpendModule],
})
export class BudgetModule {}
