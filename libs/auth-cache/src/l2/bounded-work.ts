/** Runs work for which nobody waits: a few at a time, in order, with a limit on how much may wait. */
export class BoundedWork {
  private readonly waiting = new Set<() => Promise<void>>();
  private running = 0;
  private stopped = false;

  /**
   * @param runningMax How much runs at a time.
   * @param waitingMax How much may wait for its turn.
   * @param onFault Told of work that rejected, which ends nothing else.
   */
  constructor(
    private readonly runningMax: number,
    private readonly waitingMax: number,
    private readonly onFault: (cause: unknown) => void,
  ) {}

  /** How much waits or runs. */
  get size(): number {
    return this.waiting.size + this.running;
  }

  /** Takes work on and returns at once; false when too much waits already, or after {@link stop}. */
  offer(work: () => Promise<void>): boolean {
    if (this.stopped) return false;
    if (this.running < this.runningMax) {
      void this.run(work);
      return true;
    }
    if (this.waiting.size >= this.waitingMax) return false;
    this.waiting.add(work);
    return true;
  }

  /** Forgets what waits and takes nothing on any more; what runs ends by itself. */
  stop(): void {
    this.stopped = true;
    this.waiting.clear();
  }

  private async run(work: () => Promise<void>): Promise<void> {
    this.running += 1;
    try {
      await work();
    } catch (cause) {
      this.onFault(cause);
    } finally {
      this.running -= 1;
      const [next] = this.waiting;
      if (next !== undefined) {
        this.waiting.delete(next);
        void this.run(next);
      }
    }
  }
}
