import type { IncomingHttpHeaders } from 'node:http';
import { invariant } from '#kernel';
import type { Dispatcher } from 'undici';
import type { Departure } from '../exchange/departure.js';
import type { AnswerReceiver, RelayResult } from './answer-receiver.js';
import type { Throttle } from './http-client-side.js';
import { connectionFailure, departedClient } from './upstream-failures.js';

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

/**
 * One call to a provider, from dispatch to its one result.
 *
 * undici reports events to it. The first call of `settle` ends it; whatever the provider sends after that is dropped
 * and its connection is closed, so a cancelled call costs the provider no more tokens.
 */
export class UpstreamAttempt implements Dispatcher.DispatchHandler, Throttle {
  private state: State = WAITING;
  private controller: Dispatcher.DispatchController | undefined;
  private readonly onClientGone = (): void => this.leave();

  constructor(
    private readonly createReceiver: ReceiverFactory,
    private readonly departure: Departure,
    private readonly report: (result: RelayResult) => void,
  ) {
    departure.subscribe(this.onClientGone);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.state.name === 'ended' || this.departure.aborted) this.leave();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.state.name === 'ended' || status < 200) return;
    invariant(this.state.name === 'waiting', 'a provider answers once');
    const receiver = this.createReceiver(status, headers, this, (result) => this.settle(result));
    this.state = { name: 'receiving', receiver };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.state.name === 'receiving') this.state.receiver.data(chunk);
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
  }

  resume(): void {
    if (this.state.name !== 'ended') this.controller?.resume();
  }

  private leave(): void {
    if (this.state.name === 'receiving') this.state.receiver.clientGone(this.departure.keyEnd);
    else if (this.state.name === 'waiting') this.settle(departedClient());
    else this.cancel();
  }

  private settle(result: RelayResult): void {
    if (this.state.name === 'ended') return;
    this.state = ENDED;
    this.departure.unsubscribe(this.onClientGone);
    if (result.kind !== 'success' || result.value.end !== 'complete') this.cancel();
    this.report(result);
  }

  /** Closes the provider's connection unless the answer is over; harmless when it is. */
  private cancel(): void {
    if (this.controller === undefined || this.controller.aborted) return;
    this.controller.resume();
    this.controller.abort(new Error('the call was given up'));
  }
}
