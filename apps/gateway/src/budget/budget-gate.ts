import { costOfSpend, precheck, resolvePrice, type BudgetLedger, type PriceBook } from '#budget';
import type { SpendUsage } from '#gateway-protocol';
import { unreachable } from '#kernel';
import { GatewayError } from '../errors/gateway-error.js';
import type { ExchangeOutcome } from '../exchange/exchange-outcome.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Candidate } from '../routing/candidate.js';
import type { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import { budgetRefusal } from './budget-refusal.js';

/** How to build a {@link BudgetGate}. */
export interface BudgetGateOptions {
  readonly ledger: BudgetLedger;
  readonly prices: PriceBook;
  readonly metrics: GatewayMetrics;
  /** Whole percent of a limit from which on answers carry a warning. */
  readonly warnAtPercent: number;
}

/** Lets an exchange through while its key's budgets last, locally and in nanoseconds, and gives them their share after. */
export class BudgetGate {
  constructor(private readonly options: BudgetGateOptions) {}

  /**
   * Checks every budget of the key and notes warnings and exclusions on the exchange.
   *
   * @throws GatewayError `budget_exceeded` or `end_user_required`.
   */
  pass(exchange: Exchange): void {
    const { ledger, metrics } = this.options;
    const decision = precheck(exchange.bundle.budgets, ledger, this.options, exchange.endUserId);
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
        metrics.budgetBlocked(decision.budget.scope);
        throw budgetRefusal(decision.budget);
      case 'end-user-required':
        throw new GatewayError('end_user_required');
      default:
        unreachable(decision);
    }
  }

  /** Adds what an exchange cost to the running totals. It is priced as of its arrival, like everything about it. */
  settle(exchange: Exchange, outcome: ExchangeOutcome): void {
    const { candidate } = exchange;
    if (outcome.kind !== 'answered' || candidate === undefined) return;
    this.settleAttempt(exchange, candidate, outcome.spent.usage);
  }

  /** Adds what one attempt of an exchange cost. */
  settleAttempt({ bundle, receivedAtMs }: Exchange, { modelProvider, model }: Candidate, usage: SpendUsage): void {
    if (bundle.budgets.length === 0) return;
    const resolved = resolvePrice({ modelProvider, model, atMs: receivedAtMs, book: this.options.prices });
    if (resolved === undefined) return;
    this.options.ledger.settle(bundle.budgets, modelProvider.id, costOfSpend(resolved.price, usage));
  }
}
