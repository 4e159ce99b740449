import type { Clock } from '#kernel';

/** Why a {@link Deadline}'s signal aborted by itself: its time was used up. Expected, so it carries no stack. */
export class DeadlineExceededError extends Error {
  override readonly name = 'DeadlineExceededError';

  constructor(readonly budgetMs: number) {
    super(`the time limit of ${budgetMs} ms was used up`);
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * A time limit that a whole request shares: every wait under it obeys one signal.
 *
 * Release it when the work is done, or its timer lives until the limit. `using deadline = …` does that by itself.
 */
export class Deadline implements Disposable {
  private readonly controller = new AbortController();
  private readonly released = new AbortController();
  private readonly endsAtMs: number;
  private ownTimeUsedUp = false;

  /**
   * @param budgetMs Milliseconds from now. Zero or less: the signal is aborted from the start.
   * @param parent Ends this deadline early, with its own reason.
   */
  constructor(
    private readonly clock: Clock,
    private readonly budgetMs: number,
    parent?: AbortSignal,
  ) {
    this.endsAtMs = clock.monotonicMs() + budgetMs;
    if (parent?.aborted === true) this.end(parent.reason);
    else if (budgetMs <= 0) this.exceed();
    else this.arm(parent);
  }

  /** Aborts when the time is used up, with a {@link DeadlineExceededError}, or when the parent aborts, with its reason. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Whether its own time was used up, as opposed to a parent that ended it. */
  get exceeded(): boolean {
    return this.ownTimeUsedUp;
  }

  /** Milliseconds left, never below 0; 0 also after a parent aborted. */
  get remainingMs(): number {
    return this.signal.aborted ? 0 : Math.max(0, this.endsAtMs - this.clock.monotonicMs());
  }

  /** A tighter limit within this one, such as the share of one attempt. It never outlives this one. */
  child(budgetMs: number): Deadline {
    return new Deadline(this.clock, Math.min(budgetMs, this.remainingMs), this.signal);
  }

  /** Frees the timer; the signal then never aborts by itself. Harmless when repeated. */
  release(): void {
    this.released.abort();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  private arm(parent: AbortSignal | undefined): void {
    // The listener goes with the release, so a long-lived parent does not collect the deadlines of past requests.
    parent?.addEventListener('abort', () => this.end(parent.reason), { once: true, signal: this.released.signal });
    this.clock.sleep(this.budgetMs, this.released.signal).then(
      () => this.exceed(),
      () => undefined,
    );
  }

  private exceed(): void {
    this.ownTimeUsedUp = true;
    this.end(new DeadlineExceededError(this.budgetMs));
  }

  private end(reason: unknown): void {
    this.controller.abort(reason);
    this.release();
  }
}
