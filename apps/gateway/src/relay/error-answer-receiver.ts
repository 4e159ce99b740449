import type { IncomingHttpHeaders } from 'node:http';
import type { ModelErrorKind } from '#providers';
import { classifyStatus, type FailureKind } from '#retry';
import type { AnswerReceiver, RelayResult } from './answer-receiver.js';
import type { AttemptPhase, TimeOutcome } from './attempt-timer.js';
import type { UpstreamErrorAnswer } from './attempt-outcome.js';
import { readRetryAfter } from './retry-after.js';
import type { UpstreamCall } from './upstream-call.js';
import { connectionFailure, departedClient, timeFailure } from './upstream-failures.js';

/** Largest error body that is kept; the rest is cut off. */
export const ERROR_BODY_BYTES_MAX = 1024 * 1024;

/** What a vendor's own words say more exactly than its status. */
const KIND_BY_WORDS: Partial<Record<ModelErrorKind, FailureKind>> = {
  'content-filter': 'content_filter',
  'context-length': 'context_length',
  overloaded: 'overloaded',
};

/** Keeps a provider's error answer, so that the walk can fall back or forward it byte for byte. */
export class ErrorAnswerReceiver implements AnswerReceiver {
  readonly phase: AttemptPhase = 'first-token';
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly call: UpstreamCall,
    private readonly answer: {
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      /** Milliseconds since the epoch, for dates in its headers. */
      readonly receivedAtMs: number;
    },
    private readonly settle: (result: RelayResult) => void,
  ) {}

  data(chunk: Buffer): void {
    const room = ERROR_BODY_BYTES_MAX - this.bytes;
    if (room <= 0) return;
    this.chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.bytes += Math.min(chunk.length, room);
  }

  end(): void {
    const { status, headers, receivedAtMs } = this.answer;
    const body = Buffer.concat(this.chunks);
    const error = this.call.readError(status, body);
    const translated = this.call.writeError?.(error);
    const failure: UpstreamErrorAnswer = {
      kind: 'answered',
      status,
      headers: translated === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body: translated ?? body,
      error,
    };
    // An account without money is not helped by waiting, whatever the status promises.
    const retryAfterMs = error.kind === 'billing' ? Infinity : readRetryAfter(headers, receivedAtMs);
    this.settle({ kind: this.kindOf(error.kind, error.code), failure, retryAfterMs });
  }

  broken(error: Error): void {
    // The status is known and decides; a body that broke off is still better than none.
    if (this.chunks.length > 0) this.end();
    else this.settle(connectionFailure(error));
  }

  timeUp(outcome: TimeOutcome): void {
    if (this.chunks.length > 0) this.end();
    else this.settle(timeFailure(outcome));
  }

  clientGone(): void {
    this.settle(departedClient());
  }

  private kindOf(words: ModelErrorKind, code: string | undefined): FailureKind {
    // Only the provider that made a stored response has it.
    if (code === 'previous_response_not_found') return 'not_found';
    const byWords = KIND_BY_WORDS[words];
    if (byWords !== undefined) return byWords;
    const byStatus = classifyStatus(this.answer.status);
    return byStatus === 'success' ? 'client_error' : byStatus;
  }
}
