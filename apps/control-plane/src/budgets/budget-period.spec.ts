import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BUDGET_WINDOWS } from '#gateway-protocol';

import { currentPeriod, type BudgetCycle, type BudgetPeriod } from './budget-period.js';

const at = (text: string): number => Date.parse(text);

const cycle = (facts: Partial<BudgetCycle> & Pick<BudgetCycle, 'window'>): BudgetCycle => ({
  cycleAnchorAtMs: null,
  lastResetAtMs: null,
  createdAtMs: at('2026-01-01T00:00:00Z'),
  ...facts,
});

const shown = (period: BudgetPeriod): [string, string | null] => [
  new Date(period.startedAtMs).toISOString(),
  period.resetsAtMs === null ? null : new Date(period.resetsAtMs).toISOString(),
];

const instant = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2100-01-01T00:00:00Z') });
const periodicWindow = fc.constantFrom('minute', 'hour', 'day', 'week', 'month');
const anyCycle = fc.record({
  window: fc.constantFrom(...BUDGET_WINDOWS),
  cycleAnchorAtMs: fc.option(instant),
  lastResetAtMs: fc.option(instant),
  createdAtMs: instant,
});

describe('currentPeriod on the calendar', () => {
  const now = at('2026-11-25T13:45:30.500Z');

  it.each([
    ['minute', '2026-11-25T13:45:00.000Z', '2026-11-25T13:46:00.000Z'],
    ['hour', '2026-11-25T13:00:00.000Z', '2026-11-25T14:00:00.000Z'],
    ['day', '2026-11-25T00:00:00.000Z', '2026-11-26T00:00:00.000Z'],
    ['week', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['month', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
  ] as const)('a %s starts and ends on its UTC boundary', (window, startedAt, resetsAt) => {
    expect(shown(currentPeriod(cycle({ window }), now))).toEqual([startedAt, resetsAt]);
  });

  it.each(['total', 'manual'] as const)('a %s budget starts at its creation and never resets by itself', (window) => {
    expect(shown(currentPeriod(cycle({ window }), now))).toEqual(['2026-01-01T00:00:00.000Z', null]);
  });

  it('a week that spans a new year starts on its Monday', () => {
    const period = currentPeriod(cycle({ window: 'week' }), at('2027-01-01T12:00:00Z'));
    expect(shown(period)).toEqual(['2026-12-28T00:00:00.000Z', '2027-01-04T00:00:00.000Z']);
  });
});

describe('currentPeriod with a cycle anchor', () => {
  it('a monthly anchor past the 28th is clamped to short months and springs back', () => {
    const monthly = cycle({ window: 'month', cycleAnchorAtMs: at('2026-01-31T09:30:00Z') });
    expect(shown(currentPeriod(monthly, at('2026-02-27T00:00:00Z')))).toEqual([
      '2026-01-31T09:30:00.000Z',
      '2026-02-28T09:30:00.000Z',
    ]);
    expect(shown(currentPeriod(monthly, at('2026-03-01T00:00:00Z')))).toEqual([
      '2026-02-28T09:30:00.000Z',
      '2026-03-31T09:30:00.000Z',
    ]);
  });

  it('a monthly anchor on the 30th keeps the leap day', () => {
    const monthly = cycle({ window: 'month', cycleAnchorAtMs: at('2026-01-30T00:00:00Z') });
    expect(shown(currentPeriod(monthly, at('2028-02-29T00:00:00Z')))).toEqual([
      '2028-02-29T00:00:00.000Z',
      '2028-03-30T00:00:00.000Z',
    ]);
  });

  it('an anchor in the future already shapes the periods before it', () => {
    const weekly = cycle({ window: 'week', cycleAnchorAtMs: at('2026-12-09T08:00:00Z') });
    expect(shown(currentPeriod(weekly, at('2026-11-25T07:59:59Z')))).toEqual([
      '2026-11-18T08:00:00.000Z',
      '2026-11-25T08:00:00.000Z',
    ]);
  });

  it('every boundary of a monthly cycle falls on the anchor day or on the last day of a shorter month', () => {
    fc.assert(
      fc.property(instant, instant, (anchorMs, nowMs) => {
        const period = currentPeriod(cycle({ window: 'month', cycleAnchorAtMs: anchorMs }), nowMs);
        const start = new Date(period.startedAtMs);
        const daysInMonth = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 0)).getUTCDate();
        expect(start.getUTCDate()).toBe(Math.min(new Date(anchorMs).getUTCDate(), daysInMonth));
        expect(start.toISOString().slice(11)).toBe(new Date(anchorMs).toISOString().slice(11));
      }),
    );
  });
});

describe('currentPeriod after a reset', () => {
  it('starts at the reset and keeps the next boundary', () => {
    const daily = cycle({ window: 'day', lastResetAtMs: at('2026-11-25T10:00:00Z') });
    expect(shown(currentPeriod(daily, at('2026-11-25T13:00:00Z')))).toEqual([
      '2026-11-25T10:00:00.000Z',
      '2026-11-26T00:00:00.000Z',
    ]);
    expect(shown(currentPeriod(daily, at('2026-11-26T00:00:00Z')))).toEqual([
      '2026-11-26T00:00:00.000Z',
      '2026-11-27T00:00:00.000Z',
    ]);
  });

  it('moves the start of windows that have no boundary of their own', () => {
    const manual = cycle({ window: 'manual', lastResetAtMs: at('2026-11-25T10:00:00Z') });
    expect(shown(currentPeriod(manual, at('2026-12-25T13:00:00Z')))).toEqual(['2026-11-25T10:00:00.000Z', null]);
  });
});

describe('currentPeriod, for any cycle', () => {
  it('holds the moment that it is asked for, or the reset that lies after it', () => {
    fc.assert(
      fc.property(anyCycle, instant, (facts, nowMs) => {
        fc.pre(facts.window !== 'total' && facts.window !== 'manual');
        const period = currentPeriod(facts, nowMs);
        const heldMs = Math.max(nowMs, facts.lastResetAtMs ?? nowMs);
        expect(period.startedAtMs).toBeLessThanOrEqual(heldMs);
        expect(period.resetsAtMs).toBeGreaterThan(heldMs);
      }),
    );
  });

  it('is the same at its own start and at its last millisecond', () => {
    fc.assert(
      fc.property(periodicWindow, fc.option(instant), instant, (window, cycleAnchorAtMs, nowMs) => {
        const facts = cycle({ window, cycleAnchorAtMs });
        const period = currentPeriod(facts, nowMs);
        expect(currentPeriod(facts, period.startedAtMs)).toEqual(period);
        expect(currentPeriod(facts, (period.resetsAtMs ?? nowMs) - 1)).toEqual(period);
      }),
    );
  });

  it('is followed without a gap by the next period', () => {
    fc.assert(
      fc.property(periodicWindow, fc.option(instant), instant, (window, cycleAnchorAtMs, nowMs) => {
        const facts = cycle({ window, cycleAnchorAtMs });
        const period = currentPeriod(facts, nowMs);
        expect(currentPeriod(facts, period.resetsAtMs ?? nowMs).startedAtMs).toBe(period.resetsAtMs);
      }),
    );
  });

  it('never starts earlier as time goes on', () => {
    fc.assert(
      fc.property(anyCycle, instant, instant, (facts, one, other) => {
        const earlier = currentPeriod(facts, Math.min(one, other));
        const later = currentPeriod(facts, Math.max(one, other));
        expect(later.startedAtMs).toBeGreaterThanOrEqual(earlier.startedAtMs);
      }),
    );
  });
});
