import type { Measurement } from './measure.js';

/** One round: the two proxies, measured one right after the other. */
export interface Round {
  readonly bare: Measurement;
  readonly gateway: Measurement;
}

/** A number over all rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What the rounds of a scenario say together. */
export interface Summary {
  /** Gateway's requests per second over the bare proxy's, by round. */
  readonly throughputRatio: Spread;
  /** Bare proxy's processor time per request over the gateway's, by round; undefined off Linux. */
  readonly cpuRatio: Spread | undefined;
  readonly failures: number;
}

/** Sums the rounds of a scenario up; at least one. The ratio is taken within each round, so slow drifts cancel out. */
export function summarize(rounds: readonly Round[]): Summary {
  const cpuRatios = rounds.flatMap(({ bare, gateway }) =>
    bare.cpuMicrosPerRequest === undefined || gateway.cpuMicrosPerRequest === undefined
      ? []
      : [bare.cpuMicrosPerRequest / gateway.cpuMicrosPerRequest],
  );
  return {
    throughputRatio: spreadOf(rounds.map(({ bare, gateway }) => gateway.requestsPerSecond / bare.requestsPerSecond)),
    cpuRatio: cpuRatios.length === 0 ? undefined : spreadOf(cpuRatios),
    failures: rounds.reduce((sum, { bare, gateway }) => sum + bare.failures + gateway.failures, 0),
  };
}

/** Median, least and greatest of a list that is not empty. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}
