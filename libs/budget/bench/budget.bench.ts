/**
 * What do the budget decisions of one request cost? One function each, no I/O, on the machine at hand.
 *
 *   npm run build && npx node --expose-gc dist/libs/budget/bench/budget.bench.js
 */
import { bench, do_not_optimize, run } from 'mitata';
import { SystemClock } from '#kernel';
import type { BudgetSnapshot } from '#gateway-protocol';
import { SnapshotLedger, createShippedPriceBook, costOf, nanoUsd, precheck } from '../src/index.js';

const clock = new SystemClock();
const inAnHourMs = clock.now() + 3_600_000;

const budgets = (['organization', 'project', 'virtual_key'] as const).map((scope, index): BudgetSnapshot => ({
  id: `b${index}`,
  scope,
  scopeId: `s${index}`,
  perUser: false,
  modelProviderId: null,
  window: 'hour',
  limitMicroUsd: 1_000_000_000,
  spentMicroUsd: 100_000_000,
  resetsAtMs: inAnHourMs,
  onBreach: scope === 'project' ? 'warn' : 'block',
}));

const ledger = new SnapshotLedger({ clock });
ledger.observe(budgets);
const book = createShippedPriceBook();
const nowMs = clock.now();
const price = book.find('anthropic', 'claude-sonnet-4-5', nowMs)?.price ?? { input: 1, output: 1 };
const usage = { inputTokens: 1200, cacheReadTokens: 9000, cacheWrite1hTokens: 300, outputTokens: 450 };
const cost = nanoUsd(12_345n);

bench('precheck of three budgets, all allowed', () => do_not_optimize(precheck(budgets, ledger))).gc('inner');
bench('look-up of a known model', () => do_not_optimize(book.find('anthropic', 'claude-sonnet-4-5', nowMs)));
bench('look-up of an unknown model, remembered', () => do_not_optimize(book.find('openai', 'no-such-model', nowMs)));
bench('cost of a request with four buckets', () => do_not_optimize(costOf(price, usage)));
bench('settlement towards three budgets', () => ledger.settle(budgets, 'mp_1', cost));

await run();
