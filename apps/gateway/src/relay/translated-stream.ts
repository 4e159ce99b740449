import {
  AwsEventStreamFramer,
  SseFramer,
  readSseFrame,
  type AnswerFacts,
  type ModelError,
  type ModelEvent,
  type StreamFrame,
  type StreamReader,
  type Usage,
} from '#providers';
import { isMalformedData } from './malformed-event.js';
import type { AnswerSink, AnswerStream } from './upstream-call.js';

/** What cuts a provider's bytes into frames. */
interface Framer {
  push(chunk: Buffer): void;
  end(): void;
}

/** What writes events for a client; a stream's writer, or one that outlives a stream. */
export interface EventWriter {
  /** The text to send for one event, or what is wrong with going on. */
  write(event: ModelEvent): string | ModelError;
  end(): string;
  fail(error: ModelError): string;
}

/** A stream that is read in the provider's dialect and written in the client's. */
export class TranslatedStream implements AnswerStream {
  /** The provider's own error, which the client has not been shown yet. */
  error: ModelError | undefined;
  malformedEvents = 0;
  private readonly framer: Framer;
  private usage: Usage | undefined;
  private complete = false;
  private deltas = 0;
  /** True while the last event is read, which lacks its blank line. */
  private ending = false;

  constructor(
    private readonly reader: StreamReader,
    private readonly writer: EventWriter,
    private readonly sink: AnswerSink,
    framing: 'sse' | 'aws-event-stream',
  ) {
    this.framer = framing === 'sse' ? this.createSseFramer() : this.createAwsFramer();
  }

  get facts(): AnswerFacts {
    const { usage, complete, error, deltas } = this;
    return { usage, complete, errorMessage: error?.message, deltas };
  }

  push(chunk: Buffer): void {
    this.framer.push(chunk);
  }

  end(): void {
    this.ending = true;
    this.framer.end();
    for (const event of this.reader.end()) this.take(event);
    if (this.complete && this.error === undefined) this.emit(this.writer.end());
  }

  failure(error: ModelError): string {
    return this.writer.fail(error);
  }

  private takeFrame(frame: StreamFrame | undefined): void {
    if (frame === undefined || this.error !== undefined) return;
    const events = this.reader.read(frame);
    // What the stream ended in the middle of is a cut, not a fault of one event.
    if (events.length === 0 && !this.ending && isMalformedData(frame.data)) this.malformedEvents += 1;
    for (const event of events) this.take(event);
  }

  private take(event: ModelEvent): void {
    if (this.error !== undefined) return;
    if (event.kind === 'error') {
      this.error = event.error;
      return;
    }
    if (event.kind === 'usage') this.usage = event.usage;
    else if (event.kind === 'finish') this.complete = true;
    else if (CONTENT.has(event.kind)) this.deltas += 1;
    this.emit(this.writer.write(event));
  }

  private emit(written: string | ModelError): void {
    if (typeof written !== 'string') this.error = written;
    else if (written !== '') this.sink(written);
  }

  private createSseFramer(): Framer {
    return new SseFramer({
      onEvent: (bytes) => {
        this.takeFrame(readSseFrame(bytes));
        return 'withhold';
      },
      // Every event is withheld, so what comes here is an event too long to be read, unread.
      onBytes: () => this.take({ kind: 'error', error: TOO_LONG }),
    });
  }

  private createAwsFramer(): Framer {
    return new AwsEventStreamFramer({
      onFrame: (frame) => this.takeFrame(frame),
      onCorrupt: () => this.take({ kind: 'error', error: DAMAGED }),
    });
  }
}

/** Events that carry a part of the answer itself. */
const CONTENT: ReadonlySet<ModelEvent['kind']> = new Set([
  'text-delta',
  'reasoning-delta',
  'refusal-delta',
  'tool-call-start',
  'tool-call-delta',
  'media',
]);

const DAMAGED: ModelError = { kind: 'server', status: 502, message: 'The provider sent a damaged stream.' };
const TOO_LONG: ModelError = { kind: 'server', status: 502, message: 'The provider sent an event that is too long.' };
