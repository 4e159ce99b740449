import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextWindowEnd } from './budget-window.js';

const at = (iso: string): number => Date.parse(iso);

describe('the next end of a window', () => {
  it.each([
    ['minute', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'],
    ['minute', '2026-01-01T00:00:00Z', '2026-01-01T05:07:59.999Z', '2026-01-01T05:08:00Z'],
    ['hour', '2026-01-01T00:30:00Z', '2026-01-01T01:30:00Z', '2026-01-01T02:30:00Z'],
    ['day', '2026-02-28T00:00:00Z', '2026-02-28T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['week', '2026-01-05T00:00:00Z', '2026-01-20T00:00:00Z', '2026-01-26T00:00:00Z'],
    ['month', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'],
    ['month', '2026-11-01T00:00:00Z', '2027-02-15T12:00:00Z', '2027-03-01T00:00:00Z'],
    ['month', '2026-01-31T06:00:00Z', '2026-02-01T00:00:00Z', '2026-02-28T06:00:00Z'],
    ['month', '2026-01-15T06:00:00Z', '2026-02-10T00:00:00Z', '2026-02-15T06:00:00Z'],
  ] as const)('of a %s that ended %s is, at %s, %s', (window, endedAt, now, next) => {
    expect(nextWindowEnd(window, at(endedAt), at(now))).toBe(at(next));
  });

  it.each(['total', 'manual'] as const)('does not exist for a window of kind %s', (window) => {
    expect(nextWindowEnd(window, at('2026-01-01T00:00:00Z'), at('2026-01-02T00:00:00Z'))).toBeNull();
  });

  it('is after now and no more than one window away', () => {
    const lengthsMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 31 * 86_400_000 };
    const anyWindow = fc.constantFrom(...(['minute', 'hour', 'day', 'week', 'month'] as const));
    const anyTime = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
    fc.assert(
      fc.property(anyWindow, anyTime, fc.nat(10 ** 11), (window, endedAtMs, laterMs) => {
        const nowMs = endedAtMs + laterMs;
        const next = nextWindowEnd(window, endedAtMs, nowMs) ?? Number.NaN;
        return next > nowMs && next <= nowMs + lengthsMs[window];
      }),
    );
  });
});
