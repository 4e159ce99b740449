import type { Clock } from '#kernel';

/** Requests per second over the last whole seconds, which an autoscaler reads as `lw_gateway_rps`. */
export class RequestRate {
  private readonly counts: number[];
  private currentSecond: number;
  private readonly startedAtSecond: number;

  /** @param windowSeconds How many whole seconds are averaged. Default 15, the usual scrape interval. */
  constructor(
    private readonly clock: Clock,
    private readonly windowSeconds = 15,
  ) {
    this.counts = Array.from({ length: windowSeconds + 1 }, () => 0);
    this.currentSecond = this.second();
    this.startedAtSecond = this.currentSecond;
  }

  /** Counts one request. */
  count(): void {
    this.turn();
    const slot = this.currentSecond % this.counts.length;
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
  }

  /** The average over the window's whole seconds, or over those since start while there are fewer; 0 in the first. */
  perSecond(): number {
    this.turn();
    const wholeSeconds = Math.min(this.windowSeconds, this.currentSecond - this.startedAtSecond);
    if (wholeSeconds === 0) return 0;
    const current = this.counts[this.currentSecond % this.counts.length] ?? 0;
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    return (total - current) / wholeSeconds;
  }

  private turn(): void {
    const now = this.second();
    const elapsed = Math.min(now - this.currentSecond, this.counts.length);
    for (let step = 1; step <= elapsed; step += 1) this.counts[(now - elapsed + step) % this.counts.length] = 0;
    this.currentSecond = Math.max(this.currentSecond, now);
  }

  private second(): number {
    return Math.floor(this.clock.monotonicMs() / 1000);
  }
}
