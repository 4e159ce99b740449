import { BreakerRegistry } from '../breaker-registry.js';
import type { Permit } from '../breaker.js';

/** Breakers that count the permits which are held, for tests that prove that each one is given back. */
export class CountingBreakers extends BreakerRegistry {
  /** Permits that were handed out and not settled. */
  held = 0;

  override acquireAll(ids: readonly string[]): Permit | undefined {
    const permit = super.acquireAll(ids);
    if (permit === undefined) return undefined;
    this.held += 1;
    return {
      answering: () => permit.answering(),
      settle: (outcome) => {
        permit.settle(outcome);
        this.held -= 1;
      },
    };
  }
}
