import type { AnswerReceiver, ClientSide, RelayResult } from './answer-receiver.js';
import type { AttemptPhase, TimeOutcome } from './attempt-timer.js';
import type { UpstreamCall } from './upstream-call.js';
import { brokenAnswer, departedClient, timeFailure, unusableAnswer } from './upstream-failures.js';

/** Largest answer that is not a stream; it is kept whole until it is known to be complete. */
export const PLAIN_ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Takes an answer that is not a stream, and commits to it only once it is whole: a truncated one falls back unseen.
 */
export class PlainAnswerReceiver implements AnswerReceiver {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly call: UpstreamCall,
    private readonly status: number,
    private readonly client: ClientSide,
    private readonly settle: (result: RelayResult) => void,
  ) {}

  get phase(): AttemptPhase {
    return this.bytes === 0 ? 'first-token' : 'between-tokens';
  }

  data(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= PLAIN_ANSWER_BYTES_MAX) this.chunks.push(chunk);
    else this.settle(unusableAnswer(`The provider's answer is larger than ${PLAIN_ANSWER_BYTES_MAX} bytes.`));
  }

  end(): void {
    const [first] = this.chunks;
    const body = this.chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.chunks, this.bytes);
    const answer = this.call.readAnswer(body);
    if (!answer.whole) {
      this.settle(unusableAnswer('The provider sent an incomplete answer.'));
      return;
    }
    this.client.commit({ bodyBytes: answer.body.length, contentType: answer.contentType });
    this.client.end(answer.body);
    const { usage } = answer;
    this.settle({ kind: 'success', value: { end: 'complete', status: this.status, usage, deltas: 0 } });
  }

  broken(error: Error): void {
    this.settle(brokenAnswer(error));
  }

  timeUp(outcome: TimeOutcome): void {
    this.settle(timeFailure(outcome));
  }

  clientGone(): void {
    this.settle(departedClient());
  }
}
