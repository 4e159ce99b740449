import type { BudgetSnapshot } from '#gateway-protocol';

/** What single end users have spent of a per-end-user budget. A port: the type and the Nest token. */
export abstract class EndUserSpend {
  /** Micro-USD that `endUserId` has spent of `budget` in its window; undefined when that cannot be read at present. */
  abstract spentMicroUsd(budget: BudgetSnapshot, endUserId: string): number | undefined;
}
