import type { BudgetSnapshot } from '#gateway-protocol';
import type { NanoUsd } from '../money/nano-usd.js';

/** What is known to be spent of each budget. A port: the type and the Nest token. */
export abstract class BudgetLedger {
  /** Micro-USD spent of `budget` in its present window, rounded up. Cheap and synchronous: it is on the hot path. */
  abstract spentMicroUsd(budget: BudgetSnapshot): number;

  /**
   * Adds the cost of a finished request to every one of its key's `budgets` that applies: those of the model provider
   * that served it and those without a filter. Call it once per dispatched request; throws an InvariantError when
   * `cost` is negative.
   */
  abstract settle(budgets: readonly BudgetSnapshot[], modelProviderId: string, cost: NanoUsd): void;

  /**
   * Tells the ledger what the control plane reported. Call it when a bundle was freshly loaded from the control plane,
   * and not again for the same answer (a 304, or a copy from a cache, reports nothing new).
   */
  abstract observe(budgets: readonly BudgetSnapshot[]): void;
}
