import type { BudgetWindow } from '#gateway-protocol';

const WINDOW_MS: Readonly<Partial<Record<BudgetWindow, number>>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

const MONTHS_PER_YEAR = 12;

/**
 * The first end of a window later than `nowMs`, given that one window ended at `endedAtMs`; all in milliseconds since
 * the epoch. Null for windows that do not come again by themselves.
 *
 * Months keep the day of the month and the time of `endedAtMs` in UTC; where a month is too short, its last day counts.
 */
export function nextWindowEnd(window: BudgetWindow, endedAtMs: number, nowMs: number): number | null {
  if (window === 'month') return nextMonthEnd(endedAtMs, nowMs);
  const lengthMs = WINDOW_MS[window];
  if (lengthMs === undefined) return null;
  return endedAtMs + (Math.floor((nowMs - endedAtMs) / lengthMs) + 1) * lengthMs;
}

function nextMonthEnd(endedAtMs: number, nowMs: number): number {
  const ended = new Date(endedAtMs);
  const now = new Date(nowMs);
  const years = now.getUTCFullYear() - ended.getUTCFullYear();
  const months = Math.max(1, years * MONTHS_PER_YEAR + now.getUTCMonth() - ended.getUTCMonth());
  const candidate = addMonths(ended, months);
  return candidate > nowMs ? candidate : addMonths(ended, months + 1);
}

function addMonths(from: Date, months: number): number {
  const month = from.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const midnight = Date.UTC(from.getUTCFullYear(), month, Math.min(from.getUTCDate(), lastDay));
  return midnight + (from.getTime() - Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate()));
}
