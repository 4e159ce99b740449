import type { BudgetSnapshot, BudgetWindow } from '#gateway-protocol';
import { nanoToMicroUsd } from '../money/micro-usd.js';
import { ZERO_NANO_USD, addNanoUsd, nanoUsd, type NanoUsd } from '../money/nano-usd.js';
import { nextWindowEnd } from './budget-window.js';

/** Into how many slices the settlement lag is cut; what is kept too long is at most one slice. */
export const LAG_SLICES = 10;

interface Slice {
  /** Start of the slice on the monotonic clock; costs settled from here on, for one slice length, are in it. */
  readonly fromMs: number;
  cost: NanoUsd;
}

/** What is spent of one budget: the control plane's latest figure, and what settled here that it may not contain yet. */
export class RunningTotal {
  private window: BudgetWindow;
  private windowEndsAtMs: number | null;
  /** As last reported; kept apart from the figure in use, to tell a new report from a repeated one. */
  private reportedMicroUsd: number;
  private reportedResetsAtMs: number | null;
  private snapshotMicroUsd: number;
  private local: NanoUsd = ZERO_NANO_USD;
  private localMicroUsd = 0;
  /** The costs inside `local` that settled lately, ascending by time. At most one more than {@link LAG_SLICES}. */
  private slices: Slice[] = [];

  constructor(
    budget: BudgetSnapshot,
    private readonly sliceMs: number,
  ) {
    this.window = budget.window;
    this.windowEndsAtMs = budget.resetsAtMs;
    this.reportedMicroUsd = budget.spentMicroUsd;
    this.reportedResetsAtMs = budget.resetsAtMs;
    this.snapshotMicroUsd = budget.spentMicroUsd;
  }

  /** Micro-USD spent in the window of `nowMs` (wall clock), rounded up. */
  spentMicroUsd(nowMs: number): number {
    this.startNewWindowIfDue(nowMs);
    return this.snapshotMicroUsd + this.localMicroUsd;
  }

  /** Adds a cost that settled at `nowMs` (wall clock) and `monotonicMs`. */
  add(cost: NanoUsd, nowMs: number, monotonicMs: number): void {
    this.startNewWindowIfDue(nowMs);
    const fromMs = Math.floor(monotonicMs / this.sliceMs) * this.sliceMs;
    const latest = this.slices.at(-1);
    if (latest?.fromMs === fromMs) {
      latest.cost = addNanoUsd(latest.cost, cost);
    } else {
      this.slices = this.recentSlices(monotonicMs);
      this.slices.push({ fromMs, cost });
    }
    this.setLocal(addNanoUsd(this.local, cost));
  }

  /**
   * Takes over a report of the control plane, unless it repeats the last one or speaks of a window that is over. What
   * settled longer ago than the settlement lag is then part of the reported figure; the rest stays on top of it.
   */
  observe(budget: BudgetSnapshot, nowMs: number, monotonicMs: number): void {
    if (budget.spentMicroUsd === this.reportedMicroUsd && budget.resetsAtMs === this.reportedResetsAtMs) return;
    this.startNewWindowIfDue(nowMs);
    if (budget.resetsAtMs !== null && budget.resetsAtMs <= nowMs) return;
    this.reportedMicroUsd = budget.spentMicroUsd;
    this.reportedResetsAtMs = budget.resetsAtMs;
    this.snapshotMicroUsd = budget.spentMicroUsd;
    this.window = budget.window;
    this.windowEndsAtMs = budget.resetsAtMs;
    this.slices = this.recentSlices(monotonicMs);
    this.setLocal(nanoUsd(this.slices.reduce((sum, slice) => sum + slice.cost, 0n)));
  }

  private startNewWindowIfDue(nowMs: number): void {
    if (this.windowEndsAtMs === null || nowMs < this.windowEndsAtMs) return;
    this.windowEndsAtMs = nextWindowEnd(this.window, this.windowEndsAtMs, nowMs);
    this.snapshotMicroUsd = 0;
    this.slices = [];
    this.setLocal(ZERO_NANO_USD);
  }

  private recentSlices(monotonicMs: number): Slice[] {
    const lagMs = this.sliceMs * LAG_SLICES;
    return this.slices.filter((slice) => slice.fromMs + this.sliceMs > monotonicMs - lagMs);
  }

  private setLocal(local: NanoUsd): void {
    this.local = local;
    this.localMicroUsd = nanoToMicroUsd(local);
  }
}
