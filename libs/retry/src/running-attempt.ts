import { invariant, type Clock } from '#kernel';
import type { Permit } from './breaker.js';
import type { Place, Turn } from './candidate-line.js';
import { OUTCOME_TABLE, type OutcomeKind } from './outcome-table.js';
import { StopSource } from './stop-signal.js';
import type { AttemptControl, AttemptResult, WalkOptions } from './walk-options.js';

/** What a {@link RunningAttempt} needs besides its turn. */
export interface RunningAttemptOptions<C, T, F> {
  readonly attempt: WalkOptions<C, T, F>['attempt'];
  /** Called once, when it is over. */
  readonly onEnd: (kind: OutcomeKind) => void;
}

/** How an attempt ended: with a result, or by a fault of ours. */
type End<T, F> = { readonly result: AttemptResult<T, F> } | { readonly fault: unknown };

/**
 * One attempt under way: settles its permit whatever happens, and can be raced against another.
 *
 * A fault is kept until somebody asks for the result, so that the fault of an attempt whose result nobody needs any more
 * is not an unhandled rejection.
 */
export class RunningAttempt<C, T, F> {
  readonly place: Place<C>;
  /** Resolves when it is over, with a result or by a fault. */
  readonly over: Promise<void>;
  private readonly permit: Permit;
  private readonly stop = new StopSource();
  private rival: RunningAttempt<C, T, F> | undefined;
  private begun = false;
  private ended: End<T, F> | undefined;
  private onBegin: (() => void) | undefined;

  /** Starts it. The first of it and `rival` to begin its answer cancels the other. */
  constructor(
    { place, permit }: Turn<C>,
    private readonly options: RunningAttemptOptions<C, T, F>,
    rival?: RunningAttempt<C, T, F>,
  ) {
    this.place = place;
    this.permit = permit;
    this.place.asked += 1;
    // Before it runs: it may begin its answer at once.
    if (rival !== undefined) {
      this.rival = rival;
      rival.rival = this;
    }
    this.over = this.run();
  }

  /** Its result, once it is over. Throws what the attempt threw. */
  get result(): AttemptResult<T, F> {
    const { ended } = this;
    invariant(ended, 'an attempt is asked for its result once it is over');
    if ('result' in ended) return ended.result;
    throw ended.fault;
  }

  /** Whether its answer began, and before its rival's. */
  get won(): boolean {
    return this.begun && !this.stop.aborted;
  }

  /** The candidate whose attempt was cancelled in favour of this one, and who may therefore be asked again. */
  get beaten(): Place<C> | undefined {
    const { rival } = this;
    if (rival?.ended === undefined || !('result' in rival.ended)) return undefined;
    return rival.ended.result.kind === 'hedge_lost' ? rival.place : undefined;
  }

  /** Waits until it begins its answer or is over, for `durationMs` at most. True when it did neither. */
  async isSilentAfter(clock: Clock, durationMs: number): Promise<boolean> {
    let cancel = (): void => undefined;
    const enough = new Promise<void>((resolve) => {
      this.onBegin = resolve;
      cancel = clock.schedule(durationMs, resolve);
    });
    await Promise.race([enough, this.over]);
    cancel();
    // Asked anew: it may have begun since the time was up.
    return !this.begun && this.ended === undefined;
  }

  private async run(): Promise<void> {
    this.ended = await this.attempt();
    const kind = 'result' in this.ended ? this.ended.result.kind : 'gateway_fault';
    const { breaker } = OUTCOME_TABLE[kind];
    this.permit.settle(breaker === 'none' ? 'abandoned' : breaker);
    this.options.onEnd(kind);
  }

  private async attempt(): Promise<End<T, F>> {
    const { candidate, index, asked } = this.place;
    const control: AttemptControl = { answering: () => this.answering(), cancelled: this.stop, repeat: asked };
    try {
      const result = await this.options.attempt(candidate, index, control);
      // An answer that is there has begun, also when nobody said so.
      if ('value' in result && !this.begun && !this.stop.aborted) this.begin();
      return { result };
    } catch (fault) {
      return { fault };
    }
  }

  private answering(): void {
    invariant(!this.stop.aborted, 'an attempt that was cancelled does not answer: another one does');
    this.begin();
  }

  private begin(): void {
    this.begun = true;
    this.permit.answering();
    this.rival?.stop.stop();
    this.onBegin?.();
  }
}
