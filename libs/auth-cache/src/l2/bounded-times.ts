/**
 * Remembers for a bounded number of subjects the latest time that something happened to each, milliseconds.
 *
 * The subject that was recorded longest ago is forgotten first; who asks chooses what a forgotten one counts as.
 */
export class BoundedTimes {
  private readonly times = new Map<string, number>();
  private forgottenUpToMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly subjectsMax: number) {}

  /** Records that something happened at `atMs`; an earlier time than the one held changes nothing. */
  record(subject: string, atMs: number): void {
    const latestMs = Math.max(atMs, this.times.get(subject) ?? Number.NEGATIVE_INFINITY);
    // Deleting first keeps the map in the order of recording, so that its first subject is always the oldest.
    this.times.delete(subject);
    this.times.set(subject, latestMs);
    if (this.times.size <= this.subjectsMax) return;
    for (const [oldest, forgottenMs] of this.times) {
      this.times.delete(oldest);
      this.forgottenUpToMs = Math.max(this.forgottenUpToMs, forgottenMs);
      return;
    }
  }

  /** Whether it is held that it happened at `momentMs` or later; what was forgotten counts as not having happened. */
  recordedSince(subject: string, momentMs: number): boolean {
    return (this.times.get(subject) ?? Number.NEGATIVE_INFINITY) >= momentMs;
  }

  /** Whether it happened at `momentMs` or later, or may have. */
  happenedSince(subject: string, momentMs: number): boolean {
    return (this.times.get(subject) ?? this.forgottenUpToMs) >= momentMs;
  }
}
