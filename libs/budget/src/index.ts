export { describeBudget, type BudgetDescription, type BudgetMeta } from './describe-budget.js';
export { BudgetLedger } from './ledger/budget-ledger.js';
export {
  LEDGER_BUDGETS_MAX_DEFAULT,
  SETTLEMENT_LAG_MS_DEFAULT,
  SnapshotLedger,
  type SnapshotLedgerOptions,
} from './ledger/snapshot-ledger.js';
export { microToNanoUsd, microUsd, nanoToMicroUsd, type MicroUsd } from './money/micro-usd.js';
export {
  USD_FRACTION_DIGITS_MAX,
  USD_WHOLE_DIGITS_MAX,
  ZERO_NANO_USD,
  addNanoUsd,
  formatUsd,
  nanoUsd,
  parseUsd,
  type NanoUsd,
} from './money/nano-usd.js';
export { EndUserSpend } from './precheck/end-user-spend.js';
export { WARN_AT_PERCENT_DEFAULT, precheck, type BudgetDecision, type PrecheckOptions } from './precheck/precheck.js';
export {
  MODEL_NAME_CHARACTERS_MAX,
  PriceBook,
  REMEMBERED_MODELS_MAX,
  createShippedPriceBook,
  type PriceBookOptions,
} from './price-book/price-book.js';
export { type PriceBookData } from './price-book/price-book-data.js';
export { type PricedModel } from './price-book/vendor-prices.js';
export { costOf, costOfSpend } from './price/cost-of.js';
export {
  modelPriceOfPayload,
  type DailyWindow,
  type ModelPrice,
  type PriceTier,
  type TokenRates,
} from './price/model-price.js';
export { resolvePrice, type PriceQuestion, type ResolvedPrice } from './price/resolve-price.js';
export { tokenUsageOfSpend, type TokenUsage } from './price/token-usage.js';
