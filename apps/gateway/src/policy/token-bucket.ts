/** A bucket of tokens that starts full and refills evenly: bursts up to `capacity`, then `capacity` per period. */
export class TokenBucket {
  private tokens: number;

  /** @param nowMs Monotonic milliseconds, as for every call. */
  constructor(
    private readonly capacity: number,
    private readonly periodMs: number,
    private filledAtMs: number,
  ) {
    this.tokens = capacity;
  }

  /** Takes a token and returns 0, or takes none and returns in how many milliseconds there will be one. */
  take(nowMs: number): number {
    const perMs = this.capacity / this.periodMs;
    this.tokens = Math.min(this.capacity, this.tokens + Math.max(0, nowMs - this.filledAtMs) * perMs);
    this.filledAtMs = nowMs;
    if (this.tokens < 1) return (1 - this.tokens) / perMs;
    this.tokens -= 1;
    return 0;
  }

  /** Returns a token that was taken for nothing. */
  giveBack(): void {
    this.tokens = Math.min(this.capacity, this.tokens + 1);
  }
}
