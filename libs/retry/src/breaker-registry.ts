import { invariant, type Clock } from '#kernel';
import { BREAKER_DEFAULTS, Breaker, type BreakerConfig, type BreakerPhase, type Permit } from './breaker.js';

const BREAKERS_MAX = 10_000;

/** Value of the gauge `gateway_circuit_state` for each phase. */
export const BREAKER_GAUGE: Readonly<Record<BreakerPhase, number>> = { closed: 0, open: 1, half_open: 2 };

/** A breaker changed its phase. */
export interface BreakerChange {
  readonly id: string;
  readonly from: BreakerPhase;
  readonly to: BreakerPhase;
}

/** How to build a {@link BreakerRegistry}; every field but the clock has a default. */
export interface BreakerRegistryOptions {
  readonly clock: Clock;
  readonly config?: Partial<BreakerConfig>;
  /**
   * How many breakers are kept. The first to be forgotten is the one of those without a failure that was used longest
   * ago, so that many healthy ones never push an open one out. Default 10,000.
   */
  readonly breakersMax?: number;
  readonly onChange?: (change: BreakerChange) => void;
}

/** One breaker per model provider, and per model there; shared by all keys of the process and bounded in number. */
export class BreakerRegistry {
  /** In order of use: a `Map` iterates in order of insertion, and each use inserts anew. */
  private readonly breakers = new Map<string, Breaker>();
  private readonly config: BreakerConfig;
  private readonly breakersMax: number;

  constructor(private readonly options: BreakerRegistryOptions) {
    this.config = { ...BREAKER_DEFAULTS, ...options.config };
    this.breakersMax = options.breakersMax ?? BREAKERS_MAX;
  }

  /** Asks the one breaker of `id` for leave to attempt a call; see {@link Breaker.acquire}. */
  acquire(id: string): Permit | undefined {
    return this.breakerOf(id).acquire();
  }

  /**
   * Asks for leave at several breakers at once: all let the attempt through, or none is asked for anything, since a probe
   * that is not made would keep others from making it.
   *
   * @param ids Each once, such as a model provider and one of its models.
   */
  acquireAll(ids: readonly string[]): Permit | undefined {
    const breakers = ids.map((id) => this.breakerOf(id));
    if (breakers.some((breaker) => breaker.refuses)) return undefined;
    return joinPermits(breakers.map((breaker) => acquireFrom(breaker)));
  }

  /** Reports a failure that came after the attempt was settled, such as a stream that broke half way. */
  recordFailure(id: string): void {
    this.breakerOf(id).recordFailure();
  }

  /** The phase of the breaker of `id`; `closed` when it was never used or is forgotten. */
  phaseOf(id: string): BreakerPhase {
    return this.breakers.get(id)?.phase ?? 'closed';
  }

  /** Every breaker that is kept, with its phase now: what the gauge shows. */
  *phases(): IterableIterator<readonly [id: string, phase: BreakerPhase]> {
    for (const [id, breaker] of this.breakers) yield [id, breaker.phase];
  }

  private breakerOf(id: string): Breaker {
    const known = this.breakers.get(id);
    if (known !== undefined) {
      this.breakers.delete(id);
      this.breakers.set(id, known);
      return known;
    }
    const breaker = new Breaker(this.config, this.options.clock, (from, to) =>
      this.options.onChange?.({ id, from, to }),
    );
    if (this.breakers.size >= this.breakersMax) this.forgetOne();
    this.breakers.set(id, breaker);
    return breaker;
  }

  private forgetOne(): void {
    let oldest: string | undefined;
    for (const [id, breaker] of this.breakers) {
      oldest ??= id;
      if (!breaker.blank) continue;
      this.breakers.delete(id);
      return;
    }
    if (oldest !== undefined) this.breakers.delete(oldest);
  }
}

function acquireFrom(breaker: Breaker): Permit {
  const permit = breaker.acquire();
  invariant(permit, 'each breaker of an attempt is asked once');
  return permit;
}

function joinPermits(permits: readonly Permit[]): Permit {
  const [first] = permits;
  if (first !== undefined && permits.length === 1) return first;
  return {
    answering: () => {
      for (const permit of permits) permit.answering();
    },
    settle: (outcome) => {
      for (const permit of permits) permit.settle(outcome);
    },
  };
}
