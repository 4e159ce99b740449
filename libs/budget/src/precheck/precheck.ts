import type { BudgetSnapshot } from '#gateway-protocol';
import type { BudgetLedger } from '../ledger/budget-ledger.js';
import type { EndUserSpend } from './end-user-spend.js';

/** Default share of a limit, in whole percent, from which on a budget is warned of. */
export const WARN_AT_PERCENT_DEFAULT = 80;

/** What a {@link precheck} can be told; the same for every request. */
export interface PrecheckOptions {
  /** Whole percent of the limit from which on a budget is warned of. Default {@link WARN_AT_PERCENT_DEFAULT}. */
  readonly warnAtPercent?: number;
  /** Where per-end-user spend is read. Without it, or where it cannot answer, per-end-user budgets let pass. */
  readonly endUserSpend?: EndUserSpend;
}

/** The answer of a {@link precheck}. */
export type BudgetDecision =
  /** Nothing stands against the request. */
  | { readonly kind: 'allowed' }
  /** Allowed; `warnings` are the tokens of the warning header (`virtual_key:83`), in the order of the budgets. */
  | { readonly kind: 'warned'; readonly warnings: readonly string[] }
  /**
   * Allowed, but not at these model providers. Should no candidate be left, the refusal names `lastExcluded`.
   * `warnings` as above, possibly empty.
   */
  | {
      readonly kind: 'restricted';
      readonly excludedModelProviderIds: ReadonlySet<string>;
      readonly lastExcluded: BudgetSnapshot;
      readonly warnings: readonly string[];
    }
  /** `budget` is spent: refuse with 402. */
  | { readonly kind: 'denied'; readonly budget: BudgetSnapshot }
  /** A per-end-user budget applies, and the request does not say for whom it is: refuse with 400. */
  | { readonly kind: 'end-user-required' };

const ALLOWED: BudgetDecision = Object.freeze({ kind: 'allowed' });
const END_USER_REQUIRED: BudgetDecision = Object.freeze({ kind: 'end-user-required' });
const DEFAULT_OPTIONS: PrecheckOptions = Object.freeze({});
const NO_WARNINGS: readonly string[] = Object.freeze([]);

/**
 * Decides whether a request may be made with what its budgets have left (contract 5.3). Reads only, no I/O, and
 * allocates nothing when the answer is a plain yes.
 *
 * `endUserId` undefined or empty means that the request names no end user. A budget with a limit of 0 or less does not
 * limit. A spent budget of kind `warn` never refuses.
 */
export function precheck(
  budgets: readonly BudgetSnapshot[],
  ledger: BudgetLedger,
  options: PrecheckOptions = DEFAULT_OPTIONS,
  endUserId?: string,
): BudgetDecision {
  if (!endUserId && needsEndUser(budgets)) return END_USER_REQUIRED;
  const warnAtPercent = options.warnAtPercent ?? WARN_AT_PERCENT_DEFAULT;
  let warnings: string[] | undefined;
  let excluded: Set<string> | undefined;
  let lastExcluded: BudgetSnapshot | undefined;
  for (const budget of budgets) {
    if (budget.limitMicroUsd <= 0) continue;
    const spent = spentOf(budget, ledger, options.endUserSpend, endUserId);
    if (spent === undefined) continue;
    if (spent >= budget.limitMicroUsd && budget.onBreach === 'block') {
      if (!budget.modelProviderId) return { kind: 'denied', budget };
      (excluded ??= new Set()).add(budget.modelProviderId);
      lastExcluded = budget;
    }
    const percent = percentOf(spent, budget.limitMicroUsd);
    if (percent >= warnAtPercent) (warnings ??= []).push(warningToken(budget, percent));
  }
  if (excluded !== undefined && lastExcluded !== undefined) {
    return {
      kind: 'restricted',
      excludedModelProviderIds: excluded,
      lastExcluded,
      warnings: warnings ?? NO_WARNINGS,
    };
  }
  return warnings === undefined ? ALLOWED : { kind: 'warned', warnings };
}

function needsEndUser(budgets: readonly BudgetSnapshot[]): boolean {
  for (const budget of budgets) {
    if (budget.perUser && budget.limitMicroUsd > 0) return true;
  }
  return false;
}

function spentOf(
  budget: BudgetSnapshot,
  ledger: BudgetLedger,
  endUserSpend: EndUserSpend | undefined,
  endUserId: string | undefined,
): number | undefined {
  if (!budget.perUser) return ledger.spentMicroUsd(budget);
  return endUserId === undefined ? undefined : endUserSpend?.spentMicroUsd(budget, endUserId);
}

/** `floor(spent * 100 / limit)`, exactly: the quotient is taken of a multiple of the divisor, so no float rounds it up. */
function percentOf(spent: number, limit: number): number | bigint {
  const hundredfold = spent * 100;
  if (!Number.isSafeInteger(hundredfold)) return (BigInt(spent) * 100n) / BigInt(limit);
  return (hundredfold - (hundredfold % limit)) / limit;
}

function warningToken(budget: BudgetSnapshot, percent: number | bigint): string {
  const scope = budget.modelProviderId ? `${budget.scope}/${budget.modelProviderId}` : budget.scope;
  return `${scope}:${percent}`;
}
