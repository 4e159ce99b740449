import type { KeyEndReason } from '#auth-cache';
import { SseFramer, type SseSink, type StreamTap } from '#providers';
import { openAiStreamErrorFrame } from '../errors/stream-error-frame.js';
import type { AnswerReceiver, ClientSide, RelayResult } from './answer-receiver.js';
import type { AnswerEnd } from './attempt-outcome.js';
import { connectionFailure, departedClient, unusableAnswer } from './upstream-failures.js';

/**
 * Passes a stream of events through as it comes, and reads usage and completeness in passing.
 *
 * It commits at the first event that goes on to the client. A stream that ends without a finish reason or terminal
 * marker after that ends with an error event and no `[DONE]`: it is never shown as a complete answer.
 */
export class StreamAnswerReceiver implements AnswerReceiver, SseSink {
  private readonly framer = new SseFramer(this);
  /** True once an event went on to the client. */
  private shown = false;
  /** True once the provider reported an error inside of the stream. */
  private failed = false;
  /** True while the last event is judged, which lacks its blank line. */
  private ending = false;

  constructor(
    private readonly tap: StreamTap,
    private readonly status: number,
    private readonly client: ClientSide,
    private readonly settle: (result: RelayResult) => void,
  ) {}

  data(chunk: Buffer): void {
    this.framer.push(chunk);
    if (this.failed) this.end();
  }

  /** Judges event by event, so that the client sees the same however the stream was cut into pieces. */
  onEvent(event: Buffer): 'keep' | 'withhold' {
    // Nothing follows an error, above all no `[DONE]` that would make the answer look whole.
    if (this.failed) return 'withhold';
    const verdict = this.tap.onEvent(event);
    this.failed = this.tap.facts.errorMessage !== undefined;
    // An error before anything else is not shown: another candidate may still serve.
    if (this.failed) return this.shown ? 'keep' : 'withhold';
    // What the stream ended in the middle of would run into the error event that follows it.
    if (this.ending && !this.tap.facts.complete) return 'withhold';
    this.shown ||= verdict === 'keep';
    return verdict;
  }

  onBytes(bytes: Buffer): void {
    if (!this.client.committed) this.client.commit();
    this.client.write(bytes);
  }

  end(): void {
    this.ending = true;
    if (!this.failed) this.framer.end();
    if (!this.client.committed) {
      this.settle(unusableAnswer('The provider ended the stream, or failed, before any content.'));
    } else if (this.failed) {
      this.finish('error_event', undefined);
    } else if (this.tap.facts.complete) {
      this.finish('complete', undefined);
    } else {
      this.finish('cut', openAiStreamErrorFrame('upstream_mid_stream_failure'));
    }
  }

  broken(error: Error): void {
    if (!this.client.committed) this.settle(connectionFailure(error));
    // Complete but for its `[DONE]`: nothing is missing from the answer.
    else if (this.tap.facts.complete) this.finish('complete', undefined);
    else this.finish('cut', openAiStreamErrorFrame('upstream_mid_stream_failure'));
  }

  clientGone(keyEnd?: KeyEndReason): void {
    if (!this.client.committed) this.settle(departedClient());
    else if (keyEnd === undefined) this.settleAnswer('client_gone');
    else if (this.tap.facts.complete) this.finish('complete', undefined);
    else this.finish(keyEnd, openAiStreamErrorFrame(keyEnd));
  }

  private finish(end: AnswerEnd, lastEvent: string | undefined): void {
    this.client.end(lastEvent);
    this.settleAnswer(end);
  }

  private settleAnswer(end: AnswerEnd): void {
    const { usage, deltas } = this.tap.facts;
    const kind = end === 'cut' || end === 'error_event' ? 'interrupted' : 'success';
    this.settle({ kind, value: { end, status: this.status, usage, deltas } });
  }
}
