import type { Clock } from '#kernel';

/**
 * Knows of which organizations changes would be heard in time: shared by the feed, which tells it, and the key cache,
 * which relies on it.
 *
 * An organization that was never heard of, or whose last poll failed, is not healthy.
 */
export class FeedHealth {
  private readonly heardAtMs = new Map<string, number>();

  /** @param silenceMaxMs How long the last answer may be ago: the hold of a poll, and what a poll may take beyond it. */
  constructor(
    private readonly clock: Clock,
    private readonly silenceMaxMs: number,
  ) {}

  /** A poll of the organization was answered: everything until now is known. */
  heard(organizationId: string): void {
    this.heardAtMs.set(organizationId, this.clock.monotonicMs());
  }

  /** A poll failed, or the organization is followed no more. */
  lost(organizationId: string): void {
    this.heardAtMs.delete(organizationId);
  }

  /** Whether a change of the organization would have been heard by now. */
  isHealthy(organizationId: string): boolean {
    const heardAtMs = this.heardAtMs.get(organizationId);
    return heardAtMs !== undefined && this.clock.monotonicMs() - heardAtMs <= this.silenceMaxMs;
  }
}
