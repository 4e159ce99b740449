import type { BudgetWindow } from '#gateway-protocol';

/** The facts of a budget that decide when its periods start and end. All instants are milliseconds since the epoch. */
export interface BudgetCycle {
  readonly window: BudgetWindow;
  /** Where the cycle is anchored; null aligns it to the calendar in UTC (weeks start on Monday, months on day 1). */
  readonly cycleAnchorAtMs: number | null;
  /** The last reset by hand, or null. A reset starts a new period at once and leaves the next boundary where it was. */
  readonly lastResetAtMs: number | null;
  /** Where the first period of a window without boundaries (`total`, `manual`) starts. */
  readonly createdAtMs: number;
}

/** One period of a budget: from `startedAtMs` (inclusive) to `resetsAtMs` (exclusive; null means never). */
export interface BudgetPeriod {
  readonly startedAtMs: number;
  readonly resetsAtMs: number | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/** The first Monday of the epoch, 1970-01-05: ISO weeks are counted from it. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/**
 * The period of a budget that holds at `nowMs`.
 *
 * It depends on nothing but its arguments, so every replica computes the same period start and can use it as a key. A
 * reset that lies in the future (a replica whose clock runs ahead wrote it) counts as now: periods never go back.
 */
export function currentPeriod(cycle: BudgetCycle, nowMs: number): BudgetPeriod {
  if (cycle.window === 'total' || cycle.window === 'manual') {
    return { startedAtMs: cycle.lastResetAtMs ?? cycle.createdAtMs, resetsAtMs: null };
  }
  const atMs = Math.max(nowMs, cycle.lastResetAtMs ?? nowMs);
  const natural = naturalPeriod(cycle.window, cycle.cycleAnchorAtMs, atMs);
  return { ...natural, startedAtMs: Math.max(natural.startedAtMs, cycle.lastResetAtMs ?? natural.startedAtMs) };
}

interface NaturalPeriod {
  readonly startedAtMs: number;
  readonly resetsAtMs: number;
}

function naturalPeriod(
  window: Exclude<BudgetWindow, 'total' | 'manual'>,
  anchorMs: number | null,
  atMs: number,
): NaturalPeriod {
  switch (window) {
    case 'minute':
      return fixedPeriod(MINUTE_MS, anchorMs ?? 0, atMs);
    case 'hour':
      return fixedPeriod(HOUR_MS, anchorMs ?? 0, atMs);
    case 'day':
      return fixedPeriod(DAY_MS, anchorMs ?? 0, atMs);
    case 'week':
      return fixedPeriod(WEEK_MS, anchorMs ?? FIRST_MONDAY_MS, atMs);
    case 'month':
      return monthPeriod(anchorMs ?? 0, atMs);
  }
}

/** UTC has no daylight saving, so windows up to a week are plain multiples of their length, also before the anchor. */
function fixedPeriod(lengthMs: number, anchorMs: number, atMs: number): NaturalPeriod {
  const startedAtMs = anchorMs + Math.floor((atMs - anchorMs) / lengthMs) * lengthMs;
  return { startedAtMs, resetsAtMs: startedAtMs + lengthMs };
}

function monthPeriod(anchorMs: number, atMs: number): NaturalPeriod {
  const anchor = new Date(anchorMs);
  const at = new Date(atMs);
  const elapsed = (at.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + at.getUTCMonth() - anchor.getUTCMonth();
  const boundary = monthlyBoundary(anchor, elapsed);
  const index = boundary <= atMs ? elapsed : elapsed - 1;
  return { startedAtMs: monthlyBoundary(anchor, index), resetsAtMs: monthlyBoundary(anchor, index + 1) };
}

/**
 * The anchor moved by `months`. Its day is clamped to the month's length and springs back in the next longer month,
 * because each boundary is computed from the anchor and never from the boundary before.
 */
function monthlyBoundary(anchor: Date, months: number): number {
  const year = anchor.getUTCFullYear();
  const month = anchor.getUTCMonth() + months;
  const lastDayOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(anchor.getUTCDate(), lastDayOfMonth);
  const timeOfDayMs = ((anchor.getTime() % DAY_MS) + DAY_MS) % DAY_MS;
  return Date.UTC(year, month, day) + timeOfDayMs;
}
