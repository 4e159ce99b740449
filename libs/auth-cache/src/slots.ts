/** A fixed number of places; who finds none free waits in line, first come first served. */
export class Slots {
  private readonly line = new Set<() => void>();

  constructor(private free: number) {}

  /** Takes a place, to be given back with {@link release}. Rejects with the signal's reason when that aborts first. */
  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.free > 0) {
      this.free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.line.delete(enter);
        reject(signal.reason as Error);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.line.add(enter);
    });
  }

  /** Gives a place back; the first in line has it at once. */
  release(): void {
    const [next] = this.line;
    if (next === undefined) {
      this.free += 1;
      return;
    }
    this.line.delete(next);
    next();
  }
}
