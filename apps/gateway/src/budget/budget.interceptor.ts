import { BudgetLedger, PriceBook, costOfSpend, precheck, resolvePrice, type BudgetDecision } from '#budget';
import { Clock, unreachable } from '#kernel';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { GatewayConfig } from '../config/gateway-config.js';
import { GatewayError } from '../errors/gateway-error.js';
import type { ExchangeOutcome } from '../exchange/exchange-outcome.js';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import { budgetRefusal } from './budget-refusal.js';

/**
 * Step 4 of the chain: every budget of the key is checked, locally and in nanoseconds, before the request goes on, and
 * gets its share of the real cost when the exchange is over.
 */
@Injectable()
export class BudgetInterceptor implements NestInterceptor<ExchangeOutcome, ExchangeOutcome> {
  private readonly options: { readonly warnAtPercent: number };

  constructor(
    private readonly ledger: BudgetLedger,
    private readonly prices: PriceBook,
    private readonly clock: Clock,
    private readonly metrics: GatewayMetrics,
    config: GatewayConfig,
  ) {
    this.options = { warnAtPercent: config.budgetWarnThresholdPercent };
  }

  intercept(context: ExecutionContext, next: CallHandler<ExchangeOutcome>): Observable<ExchangeOutcome> {
    const exchange = exchangeOf(context.switchToHttp().getRequest<FastifyRequest>());
    const { budgets } = exchange.bundle;
    if (budgets.length === 0) return next.handle();
    this.apply(exchange, precheck(budgets, this.ledger, this.options, exchange.endUserId));
    return next.handle().pipe(tap((outcome) => this.settle(exchange, outcome)));
  }

  private apply(exchange: Exchange, decision: BudgetDecision): void {
    switch (decision.kind) {
      case 'allowed':
        return;
      case 'warned':
        exchange.budgetWarnings = decision.warnings;
        return;
      case 'restricted':
        exchange.budgetWarnings = decision.warnings;
        exchange.budgetRestriction = decision;
        return;
      case 'denied':
        this.metrics.budgetBlocked(decision.budget.scope);
        throw budgetRefusal(decision.budget);
      case 'end-user-required':
        throw new GatewayError('end_user_required');
      default:
        unreachable(decision);
    }
  }

  private settle(exchange: Exchange, outcome: ExchangeOutcome): void {
    const { candidate, bundle } = exchange;
    if (outcome.kind !== 'answered' || candidate === undefined) return;
    const { modelProvider, model } = candidate;
    const resolved = resolvePrice({ modelProvider, model, atMs: this.clock.now(), book: this.prices });
    if (resolved === undefined) return;
    this.ledger.settle(bundle.budgets, modelProvider.id, costOfSpend(resolved.price, outcome.spent.usage));
  }
}
