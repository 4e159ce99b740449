import type { ClientSide } from './answer-receiver.js';

/** The client of a shadow: there is none, and the answer goes nowhere. */
export class DiscardedClientSide implements ClientSide {
  committed = false;

  commit(): void {
    this.committed = true;
  }

  write(): void {
    // Nobody reads it.
  }

  end(): void {
    // Nobody waits for it.
  }
}
