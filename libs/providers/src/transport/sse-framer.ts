/** Whether a complete event goes on to the client. */
export type EventVerdict = 'keep' | 'withhold';

/** What looks at the events and takes the bytes that go on. */
export interface SseSink {
  /** Looks at one complete event, its closing blank line included. Must not keep the buffer. */
  onEvent(event: Buffer): EventVerdict;
  /** Takes bytes that go on, in order. They may hold several events. */
  onBytes(bytes: Buffer): void;
}

/** Longest event that is held back until it is complete; a longer one goes on in pieces, unseen by `onEvent`. */
export const SSE_EVENT_BYTES_MAX = 16 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts a byte stream into server-sent events and passes on the bytes of those that are kept.
 *
 * Kept bytes are never changed and neighbouring events go on as one slice, so the usual chunk costs no copy. However
 * the stream is cut into chunks, the same bytes go on and the same events are seen. Lines end with LF or CRLF, as every
 * provider sends them; the last event may lack its blank line. Source: WHATWG HTML, "Server-sent events".
 */
export class SseFramer {
  private rest: Buffer = NOTHING;
  /** Offset in `rest` up to which no line end remains to be looked at. */
  private scannedTo = 0;
  /** True while the tail of an event longer than the limit goes on in pieces. */
  private oversized = false;

  constructor(private readonly sink: SseSink) {}

  /** Takes the next bytes of the stream, however they were cut. */
  push(chunk: Buffer): void {
    const data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let eventStart = 0;
    let keptFrom = 0;
    let lineStart = lineStartBefore(data, this.scannedTo);
    let lineFeed = data.indexOf(LINE_FEED, this.scannedTo);
    while (lineFeed !== -1) {
      if (isBlankLine(data, lineStart, lineFeed)) {
        const eventEnd = lineFeed + 1;
        if (!this.keeps(data.subarray(eventStart, eventEnd))) {
          this.passOn(data, keptFrom, eventStart);
          keptFrom = eventEnd;
        }
        eventStart = eventEnd;
      }
      lineStart = lineFeed + 1;
      lineFeed = data.indexOf(LINE_FEED, lineStart);
    }
    this.passOn(data, keptFrom, eventStart);
    this.hold(data.subarray(eventStart));
  }

  /** Ends the stream: a last event without its blank line is looked at and passed on like any other. */
  end(): void {
    const { rest } = this;
    this.rest = NOTHING;
    if (rest.length > 0 && this.keeps(rest)) this.sink.onBytes(rest);
  }

  private keeps(event: Buffer): boolean {
    if (this.oversized) {
      this.oversized = false;
      return true;
    }
    return this.sink.onEvent(event) === 'keep';
  }

  private passOn(data: Buffer, from: number, to: number): void {
    if (to > from) this.sink.onBytes(data.subarray(from, to));
  }

  private hold(tail: Buffer): void {
    if (tail.length <= SSE_EVENT_BYTES_MAX) {
      this.rest = tail;
      this.scannedTo = tail.length;
      return;
    }
    // Keep the last line's beginning, so that a blank line cut in two is still seen.
    const cut = lineStartBefore(tail, tail.length);
    const from = tail.length - cut > 1 ? tail.length : cut;
    this.oversized = true;
    this.passOn(tail, 0, from);
    this.rest = tail.subarray(from);
    this.scannedTo = this.rest.length;
  }
}

function lineStartBefore(data: Buffer, offset: number): number {
  return offset === 0 ? 0 : data.lastIndexOf(LINE_FEED, offset - 1) + 1;
}

function isBlankLine(data: Buffer, lineStart: number, lineFeed: number): boolean {
  const length = lineFeed - lineStart;
  return length === 0 || (length === 1 && data[lineStart] === CARRIAGE_RETURN);
}
