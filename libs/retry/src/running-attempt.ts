import type { Clock } from '#kernel';
import type { Permit } from './breaker.js';
import { OUTCOME_TABLE, type OutcomeKind } from './outcome-table.js';
import { StopSource } from './stop-signal.js';
import type { AttemptControl, AttemptResult, WalkOptions } from './walk-options.js';

/** What a {@link RunningAttempt} needs. */
export interface RunningAttemptOptions<C, T, F> {
  readonly candidate: C;
  readonly index: number;
  readonly repeat: number;
  readonly permit: Permit;
  readonly attempt: WalkOptions<C, T, F>['attempt'];
  /** Called once, when it is over. */
  readonly onEnd: (kind: OutcomeKind) => void;
}

/** One attempt under way: settles its permit whatever happens, and can be raced against another. */
export class RunningAttempt<C, T, F> {
  private readonly stop = new StopSource();
  private readonly result: Promise<AttemptResult<T, F>>;
  private rival: RunningAttempt<C, T, F> | undefined;
  private begun = false;
  private readonly beginning = Promise.withResolvers<void>();

  constructor(private readonly options: RunningAttemptOptions<C, T, F>) {
    this.result = this.run();
  }

  /** How it ended. */
  async tried(): Promise<{ readonly candidate: C; readonly index: number; readonly result: AttemptResult<T, F> }> {
    const { candidate, index } = this.options;
    return { candidate, index, result: await this.result };
  }

  /** Resolves to itself once its answer began or it is over. */
  async decided(): Promise<this> {
    await Promise.race([this.beginning.promise, this.result]);
    return this;
  }

  /** Whether it has neither begun to answer nor ended after `durationMs`. */
  async isSilentAfter(clock: Clock, durationMs: number): Promise<boolean> {
    const done = new AbortController();
    const passed = clock.sleep(durationMs, done.signal).then(
      () => true,
      () => false,
    );
    const silent = await Promise.race([passed, this.decided().then(() => false)]);
    done.abort();
    return silent;
  }

  /** From now on the first of the two that begins to answer cancels the other. */
  race(other: RunningAttempt<C, T, F>): void {
    this.rival = other;
    other.rival = this;
    if (this.begun) other.stop.stop();
  }

  private async run(): Promise<AttemptResult<T, F>> {
    const { attempt, candidate, index, repeat, permit, onEnd } = this.options;
    const control: AttemptControl = { answering: () => this.begin(), cancelled: this.stop, repeat };
    let kind: OutcomeKind = 'gateway_fault';
    try {
      const result = await attempt(candidate, index, control);
      kind = result.kind;
      return result;
    } finally {
      const { breaker } = OUTCOME_TABLE[kind];
      permit.settle(breaker === 'none' ? 'abandoned' : breaker);
      onEnd(kind);
    }
  }

  private begin(): void {
    this.begun = true;
    this.options.permit.answering();
    this.rival?.stop.stop();
    this.beginning.resolve();
  }
}
