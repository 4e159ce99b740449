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
  /**
   * The same over the rounds in which both proxies kept their core busy, so that nothing else was the limit; undefined
   * when there was none, or off Linux.
   */
  readonly saturatedRatio: (Spread & { readonly rounds: number }) | undefined;
  /** Bare proxy's processor time per request over the gateway's, by round; undefined off Linux. */
  readonly cpuRatio: Spread | undefined;
  readonly failures: number;
}

/** From this share of its core on a proxy counts as what limited the throughput. */
const SATURATED_SHARE = 0.85;

/** Sums the rounds of a scenario up; at least one. The ratio is taken within each round, so slow drifts cancel out. */
export function summarize(rounds: readonly Round[]): Summary {
  const cpuRatios = rounds.flatMap(({ bare, gateway }) =>
    bare.cpuMicrosPerRequest === undefined || gateway.cpuMicrosPerRequest === undefined
      ? []
      : [bare.cpuMicrosPerRequest / gateway.cpuMicrosPerRequest],
  );
  const saturated = rounds.filter(({ bare, gateway }) => isSaturated(bare) && isSaturated(gateway));
  return {
    throughputRatio: spreadOf(rounds.map(ratioOf)),
    saturatedRatio:
      saturated.length === 0 ? undefined : { ...spreadOf(saturated.map(ratioOf)), rounds: saturated.length },
    cpuRatio: cpuRatios.length === 0 ? undefined : spreadOf(cpuRatios),
    failures: rounds.reduce((sum, { bare, gateway }) => sum + bare.failures + gateway.failures, 0),
  };
}

/** Whether the proxy itself was what limited its throughput; false where the system does not say. */
export function isSaturated({ busyShare }: Measurement): boolean {
  return (busyShare ?? 0) >= SATURATED_SHARE;
}

function ratioOf({ bare, gateway }: Round): number {
  return gateway.requestsPerSecond / bare.requestsPerSecond;
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
