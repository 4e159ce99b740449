import type { KeyEndReason } from '#auth-cache';

/**
 * Whether an exchange is over before its answer is complete, and whom that concerns: the client has left, or its key
 * was ended.
 *
 * It does what an `AbortSignal` would do at a fraction of the cost, which matters because every request has one.
 */
export class Departure {
  private left = false;
  private endReason: KeyEndReason | undefined;
  private listeners: (() => void)[] = [];

  /** True once the client has left, or its key was ended. */
  get aborted(): boolean {
    return this.left;
  }

  /** How the key was ended, when that is why; the client is then still there and must be told. */
  get keyEnd(): KeyEndReason | undefined {
    return this.endReason;
  }

  /** The client has left: tells everybody who listens, once. */
  announce(): void {
    if (this.left) return;
    this.left = true;
    const { listeners } = this;
    this.listeners = [];
    for (const listener of listeners) listener();
  }

  /** The key was ended, and so is what it is used for: tells everybody who listens, once. */
  endKey(reason: KeyEndReason): void {
    if (this.left) return;
    this.endReason = reason;
    this.announce();
  }

  /** Calls `listener` when the exchange is over early; never when it is already, which `aborted` says. */
  subscribe(listener: () => void): void {
    if (!this.left) this.listeners.push(listener);
  }

  /** Stops calling `listener`. Harmless when it is not subscribed. */
  unsubscribe(listener: () => void): void {
    const index = this.listeners.indexOf(listener);
    if (index !== -1) this.listeners.splice(index, 1);
  }
}
