/** Where answers wait that were told to hold, until all of them are released. */
export class HoldGate {
  private opening = Promise.withResolvers<void>();

  /** Lets every answer that waits go on. Those that come later wait for the next call. */
  release(): void {
    this.opening.resolve();
    this.opening = Promise.withResolvers<void>();
  }

  /** Resolves when released, or when `signal` aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const gone = Promise.withResolvers<void>();
    const onAbort = (): void => gone.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    await Promise.race([this.opening.promise, gone.promise]);
    signal.removeEventListener('abort', onAbort);
  }
}
