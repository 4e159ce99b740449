/** What became of one request of the load. */
export interface Sample {
  /** From the moment at which it was due to its whole answer. */
  readonly latencyMs: number;
  readonly failed: boolean;
  /** Whether the client had to turn to another gateway. */
  readonly retried: boolean;
}

/** The requests of one phase, summed up. Times are NaN when there was no request. */
export interface SampleSummary {
  readonly requests: number;
  readonly failed: number;
  readonly retried: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Collects the requests of one phase. */
export class Samples {
  private readonly latenciesMs: number[] = [];
  private failed = 0;
  private retried = 0;

  add(sample: Sample): void {
    this.latenciesMs.push(sample.latencyMs);
    if (sample.failed) this.failed += 1;
    if (sample.retried) this.retried += 1;
  }

  /** Sums up what was collected so far. */
  summarize(): SampleSummary {
    const sorted = Float64Array.from(this.latenciesMs).sort();
    return {
      requests: sorted.length,
      failed: this.failed,
      retried: this.retried,
      p50Ms: percentileOf(sorted, 50),
      p99Ms: percentileOf(sorted, 99),
      maxMs: percentileOf(sorted, 100),
    };
  }
}

/** The least value that `percent` percent of an ascending list do not exceed; NaN for an empty list. */
export function percentileOf(ascending: ArrayLike<number>, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * ascending.length));
  return ascending[rank - 1] ?? Number.NaN;
}
