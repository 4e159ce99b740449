/** Keys whose last change is remembered one by one; older ones are forgotten on the safe side. */
const CHANGED_KEYS_MAX = 10_000;

/**
 * Remembers which virtual keys changed since a moment, so that a slow load never undoes a revocation.
 *
 * A load takes a mark when it starts and asks with it when it ends. Memory is bounded: what had to be forgotten counts
 * as changed, which costs a second load and never a wrong answer.
 */
export class ChangeMarks {
  private sequence = 0;
  private forgottenUpTo = 0;
  private broadChangeAt = 0;
  private readonly changedAt = new Map<string, number>();

  constructor(private readonly changedKeysMax: number = CHANGED_KEYS_MAX) {}

  /** The present moment, to be asked about later. */
  take(): number {
    return this.sequence;
  }

  /** Records that a virtual key was revoked, disabled, rotated or edited. */
  recordKeyChange(virtualKeyId: string): void {
    this.sequence += 1;
    // Deleting first keeps the map in the order of changes, so that its first key is always the oldest.
    this.changedAt.delete(virtualKeyId);
    this.changedAt.set(virtualKeyId, this.sequence);
    if (this.changedAt.size <= this.changedKeysMax) return;
    for (const [oldest, at] of this.changedAt) {
      this.changedAt.delete(oldest);
      this.forgottenUpTo = at;
      break;
    }
  }

  /** Records a change that may concern any number of keys: a budget, a model provider, a routing policy. */
  recordBroadChange(): void {
    this.sequence += 1;
    this.broadChangeAt = this.sequence;
  }

  /** Whether this virtual key changed since `mark`. */
  keyChangedSince(virtualKeyId: string, mark: number): boolean {
    return this.forgottenUpTo > mark || (this.changedAt.get(virtualKeyId) ?? 0) > mark;
  }

  /** Whether anything broad changed since `mark`. */
  broadlyChangedSince(mark: number): boolean {
    return this.broadChangeAt > mark;
  }

  /** Whether anything at all changed since `mark`. */
  changedSince(mark: number): boolean {
    return this.sequence > mark;
  }
}
