import { invariant, type Clock } from '#kernel';
import type { BudgetSnapshot } from '#gateway-protocol';
import type { NanoUsd } from '../money/nano-usd.js';
import { BudgetLedger } from './budget-ledger.js';
import { LAG_SLICES, RunningTotal } from './running-total.js';
import { SecondChanceMap } from './second-chance-map.js';

/** Default of {@link SnapshotLedgerOptions.settlementLagMs}. */
export const SETTLEMENT_LAG_MS_DEFAULT = 5000;

/** Default of {@link SnapshotLedgerOptions.budgetsMax}. */
export const LEDGER_BUDGETS_MAX_DEFAULT = 50_000;

/** What a {@link SnapshotLedger} is made of. */
export interface SnapshotLedgerOptions {
  readonly clock: Clock;
  /**
   * The longest time from a settlement here until the figures that the control plane reports contain it: shipping of
   * the record, its booking, and the loading of the report. A cost younger than that stays on top of a new figure. Too
   * long counts some costs twice for as long; too short forgets some. Default {@link SETTLEMENT_LAG_MS_DEFAULT}.
   */
  readonly settlementLagMs?: number;
  /** Budgets with a running total; one that was not used lately is forgotten first. Default {@link LEDGER_BUDGETS_MAX_DEFAULT}. */
  readonly budgetsMax?: number;
}

/**
 * A ledger over a control plane that only reports totals now and then: it keeps what settled in this process on top of
 * the latest report, so that a limit is noticed at the request that passes it and not at the next report.
 *
 * It knows nothing of what other replicas settled since that report. When a window ends, its spend counts as zero from
 * that moment, without waiting for a report; a report about a window that is over is ignored. Of keys that share a
 * budget, the latest report counts for all. A budget whose running total was forgotten is as spent as the snapshot at
 * hand says.
 */
export class SnapshotLedger extends BudgetLedger {
  private readonly clock: Clock;
  private readonly sliceMs: number;
  private readonly totals: SecondChanceMap<RunningTotal>;

  constructor(options: SnapshotLedgerOptions) {
    super();
    const settlementLagMs = options.settlementLagMs ?? SETTLEMENT_LAG_MS_DEFAULT;
    invariant(settlementLagMs > 0, 'the settlement lag must be positive');
    this.clock = options.clock;
    this.sliceMs = settlementLagMs / LAG_SLICES;
    this.totals = new SecondChanceMap(options.budgetsMax ?? LEDGER_BUDGETS_MAX_DEFAULT);
  }

  override spentMicroUsd(budget: BudgetSnapshot): number {
    const nowMs = this.clock.now();
    const total = this.totals.get(budget.id);
    if (total !== undefined) return total.spentMicroUsd(nowMs);
    return budget.resetsAtMs !== null && nowMs >= budget.resetsAtMs ? 0 : budget.spentMicroUsd;
  }

  override settle(budgets: readonly BudgetSnapshot[], modelProviderId: string, cost: NanoUsd): void {
    invariant(cost >= 0n, 'a settled cost must not be negative');
    if (cost === 0n) return;
    const nowMs = this.clock.now();
    const monotonicMs = this.clock.monotonicMs();
    for (const budget of budgets) {
      if (applies(budget, modelProviderId)) this.totalOf(budget).add(cost, nowMs, monotonicMs);
    }
  }

  override observe(budgets: readonly BudgetSnapshot[]): void {
    const nowMs = this.clock.now();
    const monotonicMs = this.clock.monotonicMs();
    for (const budget of budgets) {
      if (!budget.perUser) this.totalOf(budget).observe(budget, nowMs, monotonicMs);
    }
  }

  private totalOf(budget: BudgetSnapshot): RunningTotal {
    const known = this.totals.get(budget.id);
    if (known !== undefined) return known;
    const total = new RunningTotal(budget, this.sliceMs);
    this.totals.add(budget.id, total);
    return total;
  }
}

/** Whether a request that `modelProviderId` served counts towards `budget`. Per-end-user spend is kept elsewhere. */
function applies(budget: BudgetSnapshot, modelProviderId: string): boolean {
  return !budget.perUser && (!budget.modelProviderId || budget.modelProviderId === modelProviderId);
}
