import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#kernel';
import { nanoUsd } from '../money/nano-usd.js';
import { aBudget } from '../testing/a-budget.js';
import { SnapshotLedger } from './snapshot-ledger.js';

const START_MS = Date.UTC(2026, 0, 1);
const microUsd = (count: number) => nanoUsd(BigInt(count) * 1000n);

function aLedger(options: { settlementLagMs?: number; budgetsMax?: number } = {}) {
  const clock = new VirtualClock(START_MS);
  return { clock, ledger: new SnapshotLedger({ clock, ...options }) };
}

describe('the spend of a budget', () => {
  it('is what was reported until something settles, and then at once more', () => {
    const { ledger } = aLedger();
    const budget = aBudget({ spentMicroUsd: 100 });
    expect(ledger.spentMicroUsd(budget)).toBe(100);
    ledger.settle([budget], 'mp_1', microUsd(7));
    expect(ledger.spentMicroUsd(budget)).toBe(107);
  });

  it('loses no fraction of a micro-USD: it rounds the sum up, not each cost', () => {
    const { ledger } = aLedger();
    const budget = aBudget();
    for (let request = 0; request < 1000; request += 1) ledger.settle([budget], 'mp_1', nanoUsd(1n));
    expect(ledger.spentMicroUsd(budget)).toBe(1);
    ledger.settle([budget], 'mp_1', nanoUsd(1n));
    expect(ledger.spentMicroUsd(budget)).toBe(2);
  });

  it('counts a request only towards the budgets that apply to it', () => {
    const { ledger } = aLedger();
    const all = aBudget({ id: 'all' });
    const served = aBudget({ id: 'served', modelProviderId: 'mp_1' });
    const other = aBudget({ id: 'other', modelProviderId: 'mp_2' });
    const template = aBudget({ id: 'template', perUser: true });
    const budgets = [all, served, other, template];
    ledger.settle(budgets, 'mp_1', microUsd(5));
    expect(budgets.map((budget) => ledger.spentMicroUsd(budget))).toEqual([5, 5, 0, 0]);
  });

  it('is shared by all keys that the budget applies to, and the latest report counts for all', () => {
    const { ledger } = aLedger();
    const ofOneKey = aBudget({ spentMicroUsd: 10 });
    const ofAnotherKey = aBudget({ spentMicroUsd: 30 });
    ledger.observe([ofOneKey]);
    ledger.observe([ofAnotherKey]);
    ledger.settle([ofOneKey], 'mp_1', microUsd(1));
    expect(ledger.spentMicroUsd(ofOneKey)).toBe(31);
    expect(ledger.spentMicroUsd(ofAnotherKey)).toBe(31);
  });

  it('never counts a negative cost', () => {
    const { ledger } = aLedger();
    expect(() => ledger.settle([aBudget()], 'mp_1', nanoUsd(-1n))).toThrow('negative');
  });
});

describe('a new report', () => {
  it('replaces what settled long enough ago to be part of it, and keeps the rest on top', async () => {
    const { clock, ledger } = aLedger({ settlementLagMs: 5000 });
    const budget = aBudget();
    ledger.settle([budget], 'mp_1', microUsd(100));
    await clock.advance(5500);
    ledger.settle([budget], 'mp_1', microUsd(20));
    await clock.advance(1000);
    ledger.observe([aBudget({ spentMicroUsd: 103 })]);
    expect(ledger.spentMicroUsd(budget)).toBe(123);
  });

  it('keeps every cost that is younger than the lag, wherever the slices of time begin', async () => {
    for (const offsetMs of [0, 1, 300, 499, 500]) {
      const { clock, ledger } = aLedger({ settlementLagMs: 5000 });
      await clock.advance(offsetMs);
      ledger.settle([aBudget()], 'mp_1', microUsd(100));
      await clock.advance(4999);
      ledger.observe([aBudget({ spentMicroUsd: 1 })]);
      expect(ledger.spentMicroUsd(aBudget())).toBe(101);
      await clock.advance(501);
      ledger.observe([aBudget({ spentMicroUsd: 102 })]);
      expect(ledger.spentMicroUsd(aBudget())).toBe(102);
    }
  });

  it('that repeats the last one drops nothing', async () => {
    const { clock, ledger } = aLedger();
    const budget = aBudget({ spentMicroUsd: 50 });
    ledger.observe([budget]);
    ledger.settle([budget], 'mp_1', microUsd(9));
    await clock.advance(60_000);
    ledger.observe([aBudget({ spentMicroUsd: 50 })]);
    expect(ledger.spentMicroUsd(budget)).toBe(59);
  });

  it('with a lower figure is believed: a budget can be reset by hand', async () => {
    const { clock, ledger } = aLedger();
    const budget = aBudget({ window: 'manual', spentMicroUsd: 900 });
    ledger.settle([budget], 'mp_1', microUsd(100));
    await clock.advance(60_000);
    ledger.observe([aBudget({ window: 'manual', spentMicroUsd: 0 })]);
    expect(ledger.spentMicroUsd(budget)).toBe(0);
  });

  it('never speaks for an end-user template', () => {
    const { ledger } = aLedger();
    ledger.observe([aBudget({ perUser: true, spentMicroUsd: 70 })]);
    expect(ledger.spentMicroUsd(aBudget())).toBe(0);
  });
});

describe('the end of a window', () => {
  const resetsAtMs = START_MS + 60_000;

  it('sets the spend to zero at that moment, without a report', async () => {
    const { clock, ledger } = aLedger();
    const budget = aBudget({ window: 'minute', spentMicroUsd: 900, resetsAtMs });
    const untouched = aBudget({ id: 'untouched', spentMicroUsd: 900, resetsAtMs });
    ledger.settle([budget], 'mp_1', microUsd(100));
    await clock.advance(59_999);
    expect([budget, untouched].map((each) => ledger.spentMicroUsd(each))).toEqual([1000, 900]);
    await clock.advance(1);
    expect([budget, untouched].map((each) => ledger.spentMicroUsd(each))).toEqual([0, 0]);
    ledger.settle([budget], 'mp_1', microUsd(3));
    expect(ledger.spentMicroUsd(budget)).toBe(3);
  });

  it('comes again, window after window, while no report arrives', async () => {
    const { clock, ledger } = aLedger();
    const budget = aBudget({ window: 'minute', resetsAtMs });
    ledger.observe([budget]);
    for (let minute = 0; minute < 3; minute += 1) {
      await clock.advance(60_000);
      expect(ledger.spentMicroUsd(budget)).toBe(0);
      ledger.settle([budget], 'mp_1', microUsd(10));
      expect(ledger.spentMicroUsd(budget)).toBe(10);
    }
  });

  it('makes a late report about that window worthless', async () => {
    const { clock, ledger } = aLedger();
    const budget = aBudget({ window: 'minute', spentMicroUsd: 900, resetsAtMs });
    ledger.observe([budget]);
    await clock.advance(60_000);
    ledger.settle([budget], 'mp_1', microUsd(3));
    ledger.observe([aBudget({ window: 'minute', spentMicroUsd: 950, resetsAtMs })]);
    expect(ledger.spentMicroUsd(budget)).toBe(3);
  });

  it('that was moved by a report takes effect at its new time', async () => {
    const { clock, ledger } = aLedger();
    const budget = aBudget({ spentMicroUsd: 900, resetsAtMs });
    ledger.observe([budget]);
    ledger.observe([{ ...budget, resetsAtMs: resetsAtMs + 60_000 }]);
    await clock.advance(60_000);
    expect(ledger.spentMicroUsd(budget)).toBe(900);
    await clock.advance(60_000);
    expect(ledger.spentMicroUsd(budget)).toBe(0);
  });
});

describe('the memory of the ledger', () => {
  it('is bounded: the budget that was least recently used falls back to its snapshot', () => {
    const { ledger } = aLedger({ budgetsMax: 2 });
    const first = aBudget({ id: '1', spentMicroUsd: 10 });
    const second = aBudget({ id: '2', spentMicroUsd: 10 });
    const third = aBudget({ id: '3', spentMicroUsd: 10 });
    ledger.settle([first, second], 'mp_1', microUsd(1));
    expect(ledger.spentMicroUsd(first)).toBe(11);
    ledger.settle([third], 'mp_1', microUsd(1));
    expect([first, second, third].map((budget) => ledger.spentMicroUsd(budget))).toEqual([11, 10, 11]);
  });
});
