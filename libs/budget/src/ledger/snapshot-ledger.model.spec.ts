import fc from 'fast-check';
import { describe, it } from 'vitest';
import { VirtualClock } from '#kernel';
import type { BudgetSnapshot } from '#gateway-protocol';
import { nanoUsd } from '../money/nano-usd.js';
import { aBudget } from '../testing/a-budget.js';
import { LAG_SLICES } from './running-total.js';
import { SnapshotLedger } from './snapshot-ledger.js';

const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const LAG_MS = 5000;

type Step =
  | { readonly kind: 'settle'; readonly modelProviderId: string; readonly nano: bigint }
  | { readonly kind: 'wait'; readonly durationMs: number }
  | { readonly kind: 'report'; readonly spentMicroUsd: number; readonly endsInMinutes: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      modelProviderId: fc.constantFrom('mp_1', 'mp_2'),
      nano: fc.bigInt({ min: 0n, max: 5000n }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      durationMs: fc.oneof(
        fc.nat(700),
        fc.integer({ min: LAG_MS - 700, max: LAG_MS + 700 }),
        fc.constantFrom(LAG_MS, MINUTE_MS, 5 * MINUTE_MS),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      spentMicroUsd: fc.nat(20),
      endsInMinutes: fc.integer({ min: -1, max: 2 }),
    }),
  },
);

/** The ledger's promise for one minute-window budget, kept as a plain list of every cost that still counts. */
class PlainList {
  private costs: { readonly atMs: number; readonly nano: bigint }[] = [];
  private reported: BudgetSnapshot;
  private snapshotMicroUsd: number;
  private endsAtMs: number;

  constructor(
    budget: BudgetSnapshot & { readonly resetsAtMs: number },
    private readonly keepMs: number,
  ) {
    this.reported = budget;
    this.snapshotMicroUsd = budget.spentMicroUsd;
    this.endsAtMs = budget.resetsAtMs;
  }

  settle(nano: bigint, nowMs: number): void {
    this.roll(nowMs);
    this.costs.push({ atMs: nowMs, nano });
  }

  report(budget: BudgetSnapshot & { readonly resetsAtMs: number }, nowMs: number): void {
    const repeated =
      budget.spentMicroUsd === this.reported.spentMicroUsd && budget.resetsAtMs === this.reported.resetsAtMs;
    this.roll(nowMs);
    if (repeated || budget.resetsAtMs <= nowMs) return;
    this.reported = budget;
    this.snapshotMicroUsd = budget.spentMicroUsd;
    this.endsAtMs = budget.resetsAtMs;
    this.costs = this.costs.filter(({ atMs }) => atMs > nowMs - this.keepMs);
  }

  spentMicroUsd(nowMs: number): number {
    this.roll(nowMs);
    return this.snapshotMicroUsd + Math.ceil(Number(this.costs.reduce((sum, { nano }) => sum + nano, 0n)) / 1000);
  }

  private roll(nowMs: number): void {
    while (nowMs >= this.endsAtMs) {
      this.endsAtMs += MINUTE_MS;
      this.snapshotMicroUsd = 0;
      this.costs = [];
    }
  }
}

describe('the snapshot ledger', () => {
  it('forgets no cost that a report may lack, and keeps none longer than one slice of the lag beyond it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 10, maxLength: 50 }),
        fc.constantFrom(null, 'mp_1'),
        async (steps, filter) => {
          const budget = {
            ...aBudget({ window: 'minute', spentMicroUsd: 7, modelProviderId: filter }),
            resetsAtMs: START_MS + MINUTE_MS,
          };
          const clock = new VirtualClock(START_MS);
          const ledger = new SnapshotLedger({ clock, settlementLagMs: LAG_MS });
          const least = new PlainList(budget, LAG_MS);
          const most = new PlainList(budget, LAG_MS + LAG_MS / LAG_SLICES);
          ledger.observe([budget]);
          for (const step of steps) {
            const nowMs = clock.now();
            switch (step.kind) {
              case 'wait':
                await clock.advance(step.durationMs);
                break;
              case 'settle':
                ledger.settle([budget], step.modelProviderId, nanoUsd(step.nano));
                if (filter !== null && filter !== step.modelProviderId) break;
                least.settle(step.nano, nowMs);
                most.settle(step.nano, nowMs);
                break;
              case 'report': {
                const thisMinuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
                const resetsAtMs = thisMinuteMs + step.endsInMinutes * MINUTE_MS;
                const report = { ...budget, spentMicroUsd: step.spentMicroUsd, resetsAtMs };
                ledger.observe([report]);
                least.report(report, nowMs);
                most.report(report, nowMs);
                break;
              }
            }
            const spent = ledger.spentMicroUsd(budget);
            const bounds = [least.spentMicroUsd(clock.now()), most.spentMicroUsd(clock.now())] as const;
            if (spent < bounds[0] || spent > bounds[1]) return false;
          }
          return true;
        },
      ),
      { numRuns: 1500 },
    );
  });
});
