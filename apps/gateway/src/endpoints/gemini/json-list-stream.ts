import { SseFramer, readSseFrame, type AnswerFacts, type ModelError } from '#providers';
import type { AnswerSink, AnswerStream, PlainAnswer, UpstreamCall } from '../../relay/upstream-call.js';

const LIST_CONTENT_TYPE = 'application/json; charset=utf-8';

/**
 * Gemini's stream without `alt=sse`: one JSON list whose elements come as they are made. Providers are always asked for
 * events, so that every stream is read in one way; here they become the elements of a list.
 *
 * Nobody goes on with a list that broke off: what is said between two attempts is said in events.
 */
export function asJsonList(call: UpstreamCall): UpstreamCall {
  return {
    ...call,
    streamContentType: LIST_CONTENT_TYPE,
    resumable: () => false,
    createStream: (sink, framing) => new JsonListStream(sink, (events) => call.createStream(events, framing)),
    readAnswer: (body) => listOf(call.readAnswer(body)),
  };
}

/** An answer in one piece that was written as events, as a list; any other as it is. */
function listOf(answer: PlainAnswer): PlainAnswer {
  if (answer.contentType?.startsWith('text/event-stream') !== true) return answer;
  const elements: string[] = [];
  const framer = new SseFramer({
    onEvent: (bytes) => {
      const data = readSseFrame(bytes)?.data;
      if (data !== undefined) elements.push(data);
      return 'withhold';
    },
    onBytes: () => undefined,
  });
  framer.push(answer.body);
  framer.end();
  return { ...answer, body: Buffer.from(`[${elements.join(',\n')}\n]`), contentType: LIST_CONTENT_TYPE };
}

class JsonListStream implements AnswerStream {
  private readonly events: AnswerStream;
  private readonly framer: SseFramer;
  private opened = false;

  constructor(
    private readonly sink: AnswerSink,
    createEvents: (sink: AnswerSink) => AnswerStream,
  ) {
    this.framer = new SseFramer({
      onEvent: (bytes) => {
        this.write(readSseFrame(bytes)?.data);
        return 'withhold';
      },
      onBytes: () => undefined,
    });
    this.events = createEvents((bytes) => this.framer.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes));
  }

  get error(): ModelError | undefined {
    return this.events.error;
  }

  get malformedEvents(): number {
    return this.events.malformedEvents;
  }

  get facts(): AnswerFacts {
    return this.events.facts;
  }

  push(chunk: Buffer): void {
    this.events.push(chunk);
  }

  end(): void {
    this.events.end();
    this.framer.end();
    if (this.events.facts.complete && this.opened) this.sink('\n]');
  }

  /** The error is the last element, and the list is left open: what was cut must not parse as a whole answer. */
  failure(error: ModelError): string {
    const data = readSseFrame(Buffer.from(this.events.failure(error)))?.data ?? '{}';
    return this.separator() + data;
  }

  private write(data: string | undefined): void {
    if (data !== undefined) this.sink(this.separator() + data);
  }

  private separator(): string {
    const separator = this.opened ? ',\n' : '[';
    this.opened = true;
    return separator;
  }
}
