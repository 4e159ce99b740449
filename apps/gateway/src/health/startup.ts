/** What the gateway still has to do before its first request. Also its Nest token. */
export class Startup {
  private step: string | undefined = 'starting';

  /** What is being waited for, or undefined once the gateway has started. */
  get pending(): string | undefined {
    return this.step;
  }

  /** Startup is complete. */
  complete(): void {
    this.step = undefined;
  }
}
