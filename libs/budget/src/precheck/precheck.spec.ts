import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUDGET_SCOPES, type BudgetSnapshot } from '#gateway-protocol';
import { BudgetLedger } from '../ledger/budget-ledger.js';
import { aBudget } from '../testing/a-budget.js';
import { EndUserSpend } from './end-user-spend.js';
import { precheck, type BudgetDecision, type PrecheckOptions } from './precheck.js';

/** Knows exactly what the snapshots say. */
class SnapshotsOnly extends BudgetLedger {
  override spentMicroUsd(budget: BudgetSnapshot): number {
    return budget.spentMicroUsd;
  }
  override settle(): void {}
  override observe(): void {}
}

/** Knows what it was told, by end user; nobody else can be read. */
class SpendByEndUser extends EndUserSpend {
  constructor(private readonly spent: Readonly<Record<string, number>>) {
    super();
  }
  override spentMicroUsd(_: BudgetSnapshot, endUserId: string): number | undefined {
    return this.spent[endUserId];
  }
}

const ledger = new SnapshotsOnly();
const spentPercent = (percent: number, different: Partial<BudgetSnapshot> = {}): BudgetSnapshot =>
  aBudget({ spentMicroUsd: percent * 10_000, ...different });

describe('a request', () => {
  it('is allowed with one shared value when nothing is spent, warned of, or limited', () => {
    const budgets = [spentPercent(79), spentPercent(0, { id: 'b2', onBreach: 'warn' })];
    expect(precheck(budgets, ledger)).toBe(precheck([], ledger));
    expect(precheck([], ledger)).toEqual({ kind: 'allowed' });
    expect(Object.isFrozen(precheck([], ledger))).toBe(true);
  });

  it('is denied at the limit and not one micro-USD below it', () => {
    const spent = aBudget({ spentMicroUsd: 1_000_000 });
    expect(precheck([spent], ledger)).toEqual({ kind: 'denied', budget: spent });
    expect(precheck([aBudget({ spentMicroUsd: 999_999 })], ledger)).toEqual({
      kind: 'warned',
      warnings: ['virtual_key:99'],
    });
  });

  it('is denied by the first spent budget, and the warnings before it are dropped', () => {
    const denying = spentPercent(100, { id: 'b2' });
    const budgets = [spentPercent(90), denying, spentPercent(100, { id: 'b3' })];
    expect(precheck(budgets, ledger)).toEqual({ kind: 'denied', budget: denying });
  });

  it('is not limited by a limit of 0 or less', () => {
    const budgets = [aBudget({ limitMicroUsd: 0, spentMicroUsd: 5 }), aBudget({ limitMicroUsd: -1, spentMicroUsd: 5 })];
    expect(precheck(budgets, ledger).kind).toBe('allowed');
  });

  it('is only warned by a spent budget that warns', () => {
    expect(precheck([spentPercent(250, { onBreach: 'warn' })], ledger)).toEqual({
      kind: 'warned',
      warnings: ['virtual_key:250'],
    });
  });

  it('is kept from the model provider whose budget is spent, and warned of it', () => {
    const filtered = spentPercent(100, { id: 'b2', scope: 'project', modelProviderId: 'mp_123' });
    expect(precheck([spentPercent(83), filtered], ledger)).toEqual({
      kind: 'restricted',
      excludedModelProviderIds: new Set(['mp_123']),
      lastExcluded: filtered,
      warnings: ['virtual_key:83', 'project/mp_123:100'],
    });
  });

  it('is denied when a budget for all is spent, whatever is excluded', () => {
    const denying = spentPercent(100, { id: 'b2' });
    expect(precheck([spentPercent(100, { modelProviderId: 'mp_1' }), denying], ledger)).toEqual({
      kind: 'denied',
      budget: denying,
    });
  });

  it('is warned from the configured percentage on', () => {
    expect(precheck([spentPercent(50)], ledger, { warnAtPercent: 50 }).kind).toBe('warned');
    expect(precheck([spentPercent(50)], ledger, { warnAtPercent: 51 }).kind).toBe('allowed');
  });

  it('is told a percentage that is rounded down, also where a float would round it up', () => {
    const limitMicroUsd = 90_071_992_547_409;
    const budget = aBudget({ limitMicroUsd, spentMicroUsd: limitMicroUsd - 1 });
    expect(precheck([budget], ledger)).toEqual({ kind: 'warned', warnings: ['virtual_key:99'] });
    const huge = aBudget({ limitMicroUsd: Number.MAX_SAFE_INTEGER, spentMicroUsd: Number.MAX_SAFE_INTEGER - 1 });
    expect(precheck([huge], ledger)).toEqual({ kind: 'warned', warnings: ['virtual_key:99'] });
  });
});

describe('a per-end-user budget', () => {
  const template = aBudget({ id: 't', scope: 'attributed_user', perUser: true });
  const options: PrecheckOptions = { endUserSpend: new SpendByEndUser({ rich: 0, near: 850_000, spent: 1_000_000 }) };

  it('requires an end user before any other budget is looked at', () => {
    for (const endUserId of [undefined, '']) {
      expect(precheck([spentPercent(100), template], ledger, options, endUserId)).toEqual({
        kind: 'end-user-required',
      });
    }
  });

  it('requires none when it does not limit', () => {
    expect(precheck([{ ...template, limitMicroUsd: 0 }], ledger, options).kind).toBe('allowed');
  });

  it('is checked against what that end user has spent', () => {
    expect(precheck([template], ledger, options, 'rich').kind).toBe('allowed');
    expect(precheck([template], ledger, options, 'near')).toEqual({ kind: 'warned', warnings: ['attributed_user:85'] });
    expect(precheck([template], ledger, options, 'spent')).toEqual({ kind: 'denied', budget: template });
  });

  it('lets pass an end user whose spend cannot be read', () => {
    expect(precheck([template], ledger, options, 'unreadable').kind).toBe('allowed');
    expect(precheck([template], ledger, {}, 'spent').kind).toBe('allowed');
  });
});

describe('the decision', () => {
  const amount = fc.oneof(fc.integer({ min: -5, max: 300 }), fc.constant(Number.MAX_SAFE_INTEGER));
  const anyBudget = fc
    .record({
      scope: fc.constantFrom(...BUDGET_SCOPES),
      perUser: fc.boolean(),
      modelProviderId: fc.constantFrom(null, '', 'mp_1', 'mp_2'),
      limitMicroUsd: amount,
      spentMicroUsd: amount,
      onBreach: fc.constantFrom('block' as const, 'warn' as const),
    })
    .map((different) => aBudget(different));
  const anyEndUser = fc.constantFrom(undefined, '', 'known', 'unknown');

  it('is the one that the rules of contract 5.3 give, one after another', () => {
    fc.assert(
      fc.property(fc.array(anyBudget, { maxLength: 6 }), anyEndUser, fc.nat(100), fc.nat(120), (...drawn) => {
        const [budgets, endUserId, endUserSpent, warnAtPercent] = drawn;
        const endUserSpend = new SpendByEndUser({ known: endUserSpent });
        expect(precheck(budgets, ledger, { warnAtPercent, endUserSpend }, endUserId)).toEqual(
          decideNaively(budgets, endUserId, endUserSpent, warnAtPercent),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

/** The rules as separate passes over whole lists, in exact arithmetic. */
function decideNaively(
  budgets: readonly BudgetSnapshot[],
  endUserId: string | undefined,
  endUserSpent: number,
  warnAtPercent: number,
): BudgetDecision {
  const limiting = budgets.filter(({ limitMicroUsd }) => limitMicroUsd > 0);
  if (limiting.some(({ perUser }) => perUser) && !endUserId) return { kind: 'end-user-required' };
  const known = limiting
    .filter(({ perUser }) => !perUser || endUserId === 'known')
    .map((budget) => ({ budget, spent: budget.perUser ? endUserSpent : budget.spentMicroUsd }));
  const breached = known.filter(({ budget, spent }) => spent >= budget.limitMicroUsd && budget.onBreach === 'block');
  const stopping = breached.find(({ budget }) => !budget.modelProviderId);
  if (stopping !== undefined) return { kind: 'denied', budget: stopping.budget };
  const warnings = known.flatMap(({ budget, spent }) => {
    const percent = (BigInt(spent) * 100n) / BigInt(budget.limitMicroUsd);
    const filter = budget.modelProviderId ? `/${budget.modelProviderId}` : '';
    return percent >= warnAtPercent ? [`${budget.scope}${filter}:${percent}`] : [];
  });
  const last = breached.at(-1);
  if (last === undefined) return warnings.length === 0 ? { kind: 'allowed' } : { kind: 'warned', warnings };
  const excludedModelProviderIds = new Set(breached.flatMap(({ budget }) => budget.modelProviderId ?? []));
  return { kind: 'restricted', excludedModelProviderIds, lastExcluded: last.budget, warnings };
}
