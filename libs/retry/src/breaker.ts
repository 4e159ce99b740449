import { invariant, type Clock } from '#kernel';

/** When a breaker opens and for how long; every credential has the same. */
export interface BreakerConfig {
  /** How long a failure counts, in milliseconds. Default 30,000. */
  readonly windowMs: number;
  /** How many failures within the window open the breaker. Default 10. */
  readonly threshold: number;
  /** How long an open breaker refuses before it lets one probe through, in milliseconds. Default 60,000. */
  readonly cooldownMs: number;
}

/** The contract's defaults (7.5). */
export const BREAKER_DEFAULTS: BreakerConfig = { windowMs: 30_000, threshold: 10, cooldownMs: 60_000 };

/** What a breaker does with the next attempt: lets it through, refuses it, or lets one probe through. */
export type BreakerPhase = 'closed' | 'open' | 'half_open';

/** How an attempt ended for its breaker; `abandoned` means that the provider had no part in it. */
export type PermitOutcome = 'success' | 'failure' | 'abandoned';

/**
 * Leave for exactly one attempt. Whoever holds it must settle it: a half-open breaker lets nobody else through until then.
 */
export interface Permit {
  /**
   * Reports that the provider has begun to answer, while the attempt goes on. A half-open breaker closes at that, so that
   * nobody is refused until a long answer has ended; to any other it says nothing. The permit must still be settled.
   */
  answering(): void;
  /** Reports how the attempt ended. A second call is a broken invariant. */
  settle(outcome: PermitOutcome): void;
}

type State =
  | { readonly phase: 'closed'; readonly failedAtMs: readonly number[] }
  | { readonly phase: 'open'; readonly openedAtMs: number }
  | { readonly phase: 'half_open'; readonly probe: Permit };

const HEALTHY: State = { phase: 'closed', failedAtMs: [] };

/**
 * Stops calls to a provider that keeps failing: closed, then open, then half-open with one probe (contract B.2).
 *
 * Time is read, never waited for, so an idle breaker costs nothing.
 */
export class Breaker {
  private state: State = HEALTHY;

  constructor(
    private readonly config: BreakerConfig,
    private readonly clock: Clock,
    private readonly onChange: (from: BreakerPhase, to: BreakerPhase) => void = () => undefined,
  ) {
    invariant(config.threshold >= 1, 'a breaker needs a threshold of at least one failure');
  }

  /** The phase that the next {@link acquire} meets: `half_open` as soon as the cooldown is over, also before a probe. */
  get phase(): BreakerPhase {
    return this.state.phase === 'open' && this.cooledDown(this.state.openedAtMs) ? 'half_open' : this.state.phase;
  }

  /** Whether {@link acquire} would refuse now. */
  get refuses(): boolean {
    return this.state.phase !== 'closed' && !(this.state.phase === 'open' && this.cooledDown(this.state.openedAtMs));
  }

  /** Whether it is closed and holds no failure that still counts, so that a new one in its place would be the same. */
  get blank(): boolean {
    if (this.state.phase !== 'closed') return false;
    const lastFailedMs = this.state.failedAtMs.at(-1);
    return lastFailedMs === undefined || this.clock.monotonicMs() - lastFailedMs >= this.config.windowMs;
  }

  /** Asks for leave to attempt. `undefined`: refused, because the breaker is open or its one probe is under way. */
  acquire(): Permit | undefined {
    const { state } = this;
    switch (state.phase) {
      case 'closed':
        return this.issue();
      case 'half_open':
        return undefined;
      case 'open': {
        if (!this.cooledDown(state.openedAtMs)) return undefined;
        const probe = this.issue();
        this.become({ phase: 'half_open', probe });
        return probe;
      }
    }
  }

  /** Reports that the provider works, from any phase: closes the breaker and forgets its failures. */
  recordSuccess(): void {
    this.become(HEALTHY);
  }

  /**
   * Reports a failure outside of a permit, such as a stream that broke after it was committed.
   *
   * It counts while the breaker is closed. An open breaker stays as it is, and a half-open one is for its probe to decide.
   */
  recordFailure(): void {
    if (this.state.phase !== 'closed') return;
    const nowMs = this.clock.monotonicMs();
    const failedAtMs = this.state.failedAtMs.filter((failedMs) => nowMs - failedMs < this.config.windowMs);
    failedAtMs.push(nowMs);
    this.become(failedAtMs.length < this.config.threshold ? { phase: 'closed', failedAtMs } : openSince(nowMs));
  }

  private issue(): Permit {
    let settled = false;
    const permit: Permit = {
      answering: () => {
        if (this.isProbe(permit)) this.recordSuccess();
      },
      settle: (outcome) => {
        invariant(!settled, 'a permit is settled exactly once');
        settled = true;
        this.settle(permit, outcome);
      },
    };
    return permit;
  }

  private settle(permit: Permit, outcome: PermitOutcome): void {
    if (outcome === 'success') return this.recordSuccess();
    if (!this.isProbe(permit)) return outcome === 'failure' ? this.recordFailure() : undefined;
    if (outcome === 'failure') return this.become(openSince(this.clock.monotonicMs()));
    // An abandoned probe proved nothing: the cooldown has passed already, so the next caller may probe at once.
    this.become(openSince(this.clock.monotonicMs() - this.config.cooldownMs - 1));
  }

  private isProbe(permit: Permit): boolean {
    return this.state.phase === 'half_open' && this.state.probe === permit;
  }

  private cooledDown(openedAtMs: number): boolean {
    return this.clock.monotonicMs() - openedAtMs > this.config.cooldownMs;
  }

  private become(next: State): void {
    const from = this.state.phase;
    this.state = next;
    if (from !== next.phase) this.onChange(from, next.phase);
  }
}

function openSince(openedAtMs: number): State {
  return { phase: 'open', openedAtMs };
}
