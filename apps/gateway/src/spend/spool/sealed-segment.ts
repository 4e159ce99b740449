/** A sealed segment that waits to be shipped, and how far that has come. */
export class SealedSegment {
  private acknowledgedRecords = 0;
  private shippingNow = false;

  constructor(
    readonly ordinal: number,
    readonly bytes: number,
    readonly records: number,
    /** When its first record was written, or when it was found at start: milliseconds since the epoch. */
    readonly startedAtMs: number,
  ) {}

  /** Records from its start that were settled one way or the other. Kept in memory: after a restart they are sent again. */
  get acknowledged(): number {
    return this.acknowledgedRecords;
  }

  /** Records that still wait. */
  get remaining(): number {
    return Math.max(0, this.records - this.acknowledgedRecords);
  }

  /** Whether a batch of it is on its way now; such a segment is not dropped, for its records may be arriving. */
  get shipping(): boolean {
    return this.shippingNow;
  }

  acknowledge(records: number): void {
    this.acknowledgedRecords += records;
  }

  /** Marks it as being shipped while `work` runs. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.shippingNow = true;
    try {
      return await work();
    } finally {
      this.shippingNow = false;
    }
  }
}
