import type { IncomingHttpHeaders } from 'node:http';
import { invariant, type Clock } from '#kernel';
import type { StopSignal } from '#retry';
import type { Dispatcher } from 'undici';
import type { AttemptLimits } from '../exchange/attempt.js';
import type { Departure } from '../exchange/departure.js';
import type { AnswerReceiver, RelayResult } from './answer-receiver.js';
import { AttemptTimer, type TimeOutcome } from './attempt-timer.js';
import type { Throttle } from './http-client-side.js';
import { connectionFailure, departedClient, lostHedge, timeFailure } from './upstream-failures.js';

type State =
  /** The request is on its way; no status yet. */
  | { readonly name: 'waiting' }
  /** Status and headers came; `receiver` takes the body. */
  | { readonly name: 'receiving'; readonly receiver: AnswerReceiver }
  | { readonly name: 'ended' };

const WAITING: State = { name: 'waiting' };
const ENDED: State = { name: 'ended' };

/** Chooses what takes the body, once status and headers are known. */
export type ReceiverFactory = (
  status: number,
  headers: IncomingHttpHeaders,
  throttle: Throttle,
  settle: (result: RelayResult) => void,
) => AnswerReceiver;

/** What an {@link UpstreamAttempt} needs. */
export interface UpstreamAttemptOptions {
  readonly createReceiver: ReceiverFactory;
  /** The client's leaving, or the end of its key. */
  readonly departure: Departure;
  /** Another attempt of the same request was quicker. */
  readonly cancelled: StopSignal;
  readonly limits: AttemptLimits;
  readonly clock: Clock;
  /** Takes the one result. */
  readonly report: (result: RelayResult) => void;
}

/**
 * One call to a provider, from dispatch to its one result.
 *
 * undici reports events to it. The first call of `settle` ends it; whatever the provider sends after that is dropped
 * and its connection is closed, so a cancelled call costs the provider no more tokens.
 */
export class UpstreamAttempt implements Dispatcher.DispatchHandler, Throttle {
  private state: State = WAITING;
  private controller: Dispatcher.DispatchController | undefined;
  private readonly timer: AttemptTimer;
  private readonly onClientGone = (): void => this.leave();
  private readonly onCancelled = (): void => this.settle(lostHedge());

  constructor(private readonly options: UpstreamAttemptOptions) {
    const { clock, limits, departure, cancelled } = options;
    this.timer = new AttemptTimer(clock, limits, (outcome) => this.timeUp(outcome));
    departure.subscribe(this.onClientGone);
    cancelled.subscribe(this.onCancelled);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.state.name === 'ended' || this.options.departure.aborted) this.leave();
    else this.timer.enter('headers');
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.state.name === 'ended' || status < 200) return;
    invariant(this.state.name === 'waiting', 'a provider answers once');
    const receiver = this.options.createReceiver(status, headers, this, (result) => this.settle(result));
    this.state = { name: 'receiving', receiver };
    this.timer.enter(receiver.phase);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.state.name !== 'receiving') return;
    const { receiver } = this.state;
    receiver.data(chunk);
    // Bytes that are no content, such as pings, do not put off the limit of the first token.
    const { phase } = receiver;
    if (phase === 'between-tokens' || phase === 'closing') this.timer.enter(phase);
  }

  onResponseEnd(): void {
    if (this.state.name === 'receiving') this.state.receiver.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.state.name === 'receiving') this.state.receiver.broken(error);
    else if (this.state.name === 'waiting') this.settle(connectionFailure(error));
  }

  pause(): void {
    this.controller?.pause();
    this.timer.pause();
  }

  resume(): void {
    if (this.state.name === 'ended') return;
    this.timer.resume();
    this.controller?.resume();
  }

  private timeUp(outcome: TimeOutcome): void {
    if (this.state.name === 'receiving') this.state.receiver.timeUp(outcome);
    else if (this.state.name === 'waiting') this.settle(timeFailure(outcome));
  }

  private leave(): void {
    if (this.state.name === 'receiving') this.state.receiver.clientGone(this.options.departure.keyEnd);
    else if (this.state.name === 'waiting') this.settle(departedClient());
    else this.cancel();
  }

  private settle(result: RelayResult): void {
    if (this.state.name === 'ended') return;
    this.state = ENDED;
    this.timer.stop();
    this.options.departure.unsubscribe(this.onClientGone);
    this.options.cancelled.unsubscribe(this.onCancelled);
    if (result.kind !== 'success' || result.value.end !== 'complete') this.cancel();
    this.options.report(result);
  }

  /** Closes the provider's connection unless the answer is over; harmless when it is. */
  private cancel(): void {
    if (this.controller === undefined || this.controller.aborted) return;
    this.controller.resume();
    this.controller.abort(new Error('the call was given up'));
  }
}
