/**
 * Whether the client has left before its answer was complete, and whom that concerns.
 *
 * It does what an `AbortSignal` would do at a fraction of the cost, which matters because every request has one.
 */
export class Departure {
  private left = false;
  private listeners: (() => void)[] = [];

  /** True once the client has left. */
  get aborted(): boolean {
    return this.left;
  }

  /** The client has left: tells everybody who listens, once. */
  announce(): void {
    if (this.left) return;
    this.left = true;
    const { listeners } = this;
    this.listeners = [];
    for (const listener of listeners) listener();
  }

  /** Calls `listener` when the client leaves; never when it has left already, which `aborted` says. */
  subscribe(listener: () => void): void {
    if (!this.left) this.listeners.push(listener);
  }

  /** Stops calling `listener`. Harmless when it is not subscribed. */
  unsubscribe(listener: () => void): void {
    const index = this.listeners.indexOf(listener);
    if (index !== -1) this.listeners.splice(index, 1);
  }
}
