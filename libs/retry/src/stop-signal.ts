/** Says that a walk is to stop, as cheaply as can be: every request has one. */
export interface StopSignal {
  readonly aborted: boolean;
  /** Calls `listener` once, when it aborts; never when it already has. */
  subscribe(listener: () => void): void;
  unsubscribe(listener: () => void): void;
}

/** A {@link StopSignal} that its owner can give. */
export class StopSource implements StopSignal {
  private stopped = false;
  private listeners: (() => void)[] = [];

  get aborted(): boolean {
    return this.stopped;
  }

  /** Aborts, once. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    const { listeners } = this;
    this.listeners = [];
    for (const listener of listeners) listener();
  }

  subscribe(listener: () => void): void {
    if (!this.stopped) this.listeners.push(listener);
  }

  unsubscribe(listener: () => void): void {
    const index = this.listeners.indexOf(listener);
    if (index !== -1) this.listeners.splice(index, 1);
  }
}
