import type { KeyEndReason } from '#auth-cache';
import type { ModelError } from '#providers';
import type { ErrorCode } from '../errors/error-catalogue.js';
import type { AnswerReceiver, ClientSide, RelayResult } from './answer-receiver.js';
import type { AnswerEnd } from './attempt-outcome.js';
import type { AttemptPhase, TimeOutcome } from './attempt-timer.js';
import { PLAIN_ANSWER_BYTES_MAX } from './plain-answer-receiver.js';
import { modelErrorOf } from '../errors/model-error.js';
import type { AnswerStream, UpstreamCall } from './upstream-call.js';
import { brokenAnswer, departedClient, timeFailure, unusableAnswer } from './upstream-failures.js';

/** Most bytes of roles and life-cycle events that are held back before the answer begins. */
export const HELD_BYTES_MAX = 64 * 1024;

/** The longest that they are held back: after that the client is shown that somebody is there. */
export const HELD_MS_MAX = 15_000;

/** What a {@link StreamAnswerReceiver} needs. */
export interface StreamAnswerOptions {
  readonly call: UpstreamCall;
  readonly framing: 'sse' | 'aws-event-stream';
  readonly status: number;
  readonly client: ClientSide;
  /** Calls back after so many milliseconds, until it is cancelled. */
  readonly schedule: (durationMs: number, action: () => void) => () => void;
  readonly settle: (result: RelayResult) => void;
}

/**
 * Passes a stream through as it comes, once its answer has begun.
 *
 * It commits at the first event that carries content, reasoning or a tool call: what comes before is held back, so that
 * a provider that accepts and dies falls back unseen. A stream that ends without a finish reason or terminal marker
 * after that ends with an error event in the client's dialect, or goes on with the next candidate where that was asked
 * for: it is never shown as a complete answer.
 */
export class StreamAnswerReceiver implements AnswerReceiver {
  private readonly stream: AnswerStream;
  private held: (Buffer | string)[] = [];
  private heldBytes = 0;
  private cancelHold: (() => void) | undefined;

  constructor(private readonly options: StreamAnswerOptions) {
    this.stream = options.call.createStream((bytes) => this.pass(bytes), options.framing);
  }

  get phase(): AttemptPhase {
    const { complete, deltas } = this.stream.facts;
    if (complete) return 'closing';
    return deltas > 0 ? 'between-tokens' : 'first-token';
  }

  data(chunk: Buffer): void {
    this.stream.push(chunk);
    // Also before an error: whether content and error came in one chunk or in two must make no difference.
    this.releaseIfBegun();
    if (this.stream.facts.errorMessage !== undefined) this.end();
  }

  end(): void {
    const { stream } = this;
    if (stream.facts.errorMessage === undefined) stream.end();
    const { errorMessage, complete } = stream.facts;
    if (errorMessage !== undefined) this.fail('error_event', stream.error);
    else if (complete) this.complete();
    else this.fail('cut', modelErrorOf('upstream_mid_stream_failure'));
  }

  broken(error: Error): void {
    // Complete but for its terminal marker: nothing is missing from the answer.
    if (this.stream.facts.complete) this.end();
    else if (!this.committed) this.settle(brokenAnswer(error));
    else this.fail('cut', modelErrorOf('upstream_mid_stream_failure'));
  }

  timeUp(outcome: TimeOutcome): void {
    if (this.stream.facts.complete) this.end();
    else if (!this.committed) this.settle(timeFailure(outcome));
    else if (outcome === 'deadline') this.finish('deadline', modelErrorOf('deadline_exceeded'));
    else this.fail('stalled', modelErrorOf('upstream_mid_stream_timeout'));
  }

  clientGone(keyEnd?: KeyEndReason): void {
    const { complete } = this.stream.facts;
    if (!this.committed) this.settle(departedClient());
    // Codex hangs up as soon as it has the last event, and has lost nothing.
    else if (keyEnd === undefined) this.settleAnswer(complete ? 'complete' : 'client_gone');
    else if (complete) this.end();
    else this.finish(keyEnd, modelErrorOf(keyEnd satisfies ErrorCode));
  }

  private get committed(): boolean {
    return this.options.client.committed;
  }

  private pass(bytes: Buffer | string): void {
    if (this.committed) {
      this.options.client.write(bytes);
      return;
    }
    // A slice of the provider's chunk is kept beyond the call, which undici allows: it never reuses chunks.
    this.held.push(bytes);
    this.heldBytes += bytes.length;
    const { call, schedule } = this.options;
    if (call.delivery === 'buffered') {
      if (this.heldBytes > PLAIN_ANSWER_BYTES_MAX) this.release();
    } else if (call.goesOn === true || this.heldBytes > HELD_BYTES_MAX) {
      this.release();
    } else {
      this.cancelHold ??= schedule(HELD_MS_MAX, () => this.release());
    }
  }

  private releaseIfBegun(): void {
    if (this.committed || this.held.length === 0) return;
    const { deltas, complete } = this.stream.facts;
    if (complete || (deltas > 0 && this.options.call.delivery !== 'buffered')) this.release();
  }

  private release(): void {
    if (this.committed || this.held.length === 0) return;
    this.cancelHold?.();
    const { client, call } = this.options;
    client.commit({ contentType: call.streamContentType });
    for (const bytes of this.held) client.write(bytes);
    this.held = [];
  }

  private complete(): void {
    this.releaseIfBegun();
    if (!this.committed) {
      this.settle(unusableAnswer('The provider ended the stream without any content.'));
      return;
    }
    this.options.client.end();
    this.settleAnswer('complete');
  }

  /** The provider failed. `error` is what the client is told, unless it has been shown an error already. */
  private fail(end: 'cut' | 'stalled' | 'error_event', error: ModelError | undefined): void {
    if (!this.committed) {
      this.settle(unusableAnswer('The provider ended the stream, or failed, before any content.'));
    } else if (this.options.call.resumable?.() === true) {
      this.settleAnswer(end, true);
    } else {
      this.finish(end, error);
    }
  }

  private finish(end: AnswerEnd, error: ModelError | undefined): void {
    this.options.client.end(error === undefined ? undefined : this.stream.failure(error));
    this.settleAnswer(end);
  }

  private settleAnswer(end: AnswerEnd, resumable = false): void {
    const { usage, deltas } = this.stream.facts;
    const { malformedEvents } = this.stream;
    const value = { end, status: this.options.status, usage, deltas, malformedEvents };
    this.settle(INTERRUPTIONS.has(end) ? { kind: 'interrupted', value, resumable } : { kind: 'success', value });
  }

  private settle(result: RelayResult): void {
    this.cancelHold?.();
    this.options.settle(result);
  }
}

/** Ends that the provider is to blame for. */
const INTERRUPTIONS: ReadonlySet<AnswerEnd> = new Set(['cut', 'stalled', 'error_event']);
