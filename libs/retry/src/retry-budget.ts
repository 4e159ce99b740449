/** How many retries a process may make. */
export interface RetryBudgetOptions {
  /** Retries per request, over time. Default 0.1. */
  readonly ratio?: number;
  /** Retries that are there from the start, so that a quiet process may retry at all. Default 10. */
  readonly reserve?: number;
  /** Most retries that are saved up. Default 100. */
  readonly max?: number;
}

/** More than what adding up fractions can be off by. */
const ROUNDING = 1e-9;

/**
 * Keeps retries to a share of all requests, so that a provider in trouble is not asked more, but less.
 *
 * Every request puts a share of a retry in, every retry takes a whole one out.
 */
export class RetryBudget {
  private readonly ratio: number;
  private readonly max: number;
  private left: number;

  constructor({ ratio = 0.1, reserve = 10, max = 100 }: RetryBudgetOptions = {}) {
    this.ratio = ratio;
    this.max = Math.max(max, reserve);
    this.left = reserve;
  }

  /** Counts a request. */
  deposit(): void {
    this.left = Math.min(this.max, this.left + this.ratio);
  }

  /** Takes one retry, or says that there is none. */
  withdraw(): boolean {
    // Ten tenths are a little less than one.
    if (this.left < 1 - ROUNDING) return false;
    this.left -= 1;
    return true;
  }
}
