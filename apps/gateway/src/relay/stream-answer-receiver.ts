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

  constructor(
    private readonly tap: StreamTap,
    private readonly status: number,
    private readonly client: ClientSide,
    private readonly settle: (result: RelayResult) => void,
  ) {}

  data(chunk: Buffer): void {
    this.framer.push(chunk);
  }

  onEvent(event: Buffer): 'keep' | 'withhold' {
    return this.tap.onEvent(event);
  }

  onBytes(bytes: Buffer): void {
    const { errorMessage } = this.tap.facts;
    if (!this.client.committed) {
      if (errorMessage !== undefined) {
        this.settle(unusableAnswer('The provider answered with an error event before any content.'));
        return;
      }
      this.client.commit();
    }
    this.client.write(bytes);
  }

  end(): void {
    this.framer.end();
    const { complete, errorMessage } = this.tap.facts;
    if (!this.client.committed) {
      this.settle(unusableAnswer('The provider ended the stream without any content.'));
    } else if (errorMessage !== undefined) {
      this.finish('error_event', undefined);
    } else if (complete) {
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

  clientGone(): void {
    if (this.client.committed) this.settleAnswer('client_gone');
    else this.settle(departedClient());
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
