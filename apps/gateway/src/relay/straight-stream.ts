import { SseFramer, type AnswerFacts, type ModelError, type SseSink, type StreamTap } from '#providers';
import { modelErrorOf } from '../errors/model-error.js';
import { isMalformedEvent } from './malformed-event.js';
import type { AnswerSink, AnswerStream } from './upstream-call.js';

/**
 * A stream that goes through byte for byte, because client and provider speak the same dialect; usage and completeness
 * are read in passing.
 */
export class StraightStream implements AnswerStream, SseSink {
  malformedEvents = 0;
  /** The provider's own error, when it was withheld. */
  error: ModelError | undefined;
  private readonly framer = new SseFramer(this);
  /** True while the last event is judged, which lacks its blank line. */
  private ending = false;

  constructor(
    private readonly tap: StreamTap,
    private readonly sink: AnswerSink,
    private readonly renderFailure: (error: ModelError) => string,
  ) {}

  get facts(): AnswerFacts {
    return this.tap.facts;
  }

  push(chunk: Buffer): void {
    this.framer.push(chunk);
  }

  end(): void {
    this.ending = true;
    this.framer.end();
  }

  failure(error: ModelError): string {
    return this.renderFailure(error);
  }

  /** Judges event by event, so that the client sees the same however the stream was cut into pieces. */
  onEvent(event: Buffer): 'keep' | 'withhold' {
    // Nothing follows an error, above all no terminal marker that would make the answer look whole.
    if (this.tap.facts.errorMessage !== undefined) return 'withhold';
    if (isMalformedEvent(event)) {
      // No client could read it. What the stream ended in the middle of is a cut, not a fault of one event.
      if (!this.ending) this.malformedEvents += 1;
      return 'withhold';
    }
    const verdict = this.tap.onEvent(event);
    const { errorMessage, deltas, complete } = this.tap.facts;
    // An error before any content is not shown: another candidate may still serve.
    if (errorMessage !== undefined) return deltas > 0 ? 'keep' : this.withholdError(errorMessage);
    // What the stream ended in the middle of would run into the error event that follows it.
    return this.ending && !complete ? 'withhold' : verdict;
  }

  onBytes(bytes: Buffer): void {
    this.sink(bytes);
  }

  /** Kept in other words, for a client that was shown the beginning of the answer and must be told how it ended. */
  private withholdError(message: string): 'withhold' {
    this.error = modelErrorOf('upstream_mid_stream_failure', message);
    return 'withhold';
  }
}
