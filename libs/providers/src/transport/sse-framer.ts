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
  /** What follows `rest` in its memory, and was not handed to anybody. */
  private spare: Buffer = NOTHING;
  /** Offset in `rest` up to which no line end remains to be looked at. */
  private scannedTo = 0;
  /** Offset in `rest` of its last line; negative when the line's beginning went on already. */
  private lastLine = 0;
  /** True while the tail of an event longer than the limit goes on in pieces. */
  private oversized = false;

  constructor(private readonly sink: SseSink) {}

  /** Takes the next bytes of the stream, however they were cut. */
  push(chunk: Buffer): void {
    const data = this.join(chunk);
    let eventStart = 0;
    let keptFrom = 0;
    let lineStart = this.lastLine;
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
    this.hold(data.subarray(eventStart), lineStart - eventStart);
  }

  /** Ends the stream: a last event without its blank line is looked at and passed on like any other. */
  end(): void {
    const { rest } = this;
    this.rest = NOTHING;
    this.spare = NOTHING;
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

  /** Puts a chunk behind what is held back. Memory doubles, so that a long event is not copied once per chunk. */
  private join(chunk: Buffer): Buffer {
    const { rest, spare } = this;
    if (rest.length === 0) {
      this.spare = NOTHING;
      return chunk;
    }
    const bytes = rest.length + chunk.length;
    if (chunk.length <= spare.length) {
      chunk.copy(spare);
      this.spare = spare.subarray(chunk.length);
      return Buffer.from(rest.buffer, rest.byteOffset, bytes);
    }
    const memory = Buffer.allocUnsafe(rest.length < chunk.length ? bytes : 2 * bytes);
    rest.copy(memory);
    chunk.copy(memory, rest.length);
    this.spare = memory.subarray(bytes);
    return memory.subarray(0, bytes);
  }

  /** @param lastLine Where the last line of `tail` begins. */
  private hold(tail: Buffer, lastLine: number): void {
    let from = 0;
    if (tail.length > SSE_EVENT_BYTES_MAX) {
      // Keep the last line's beginning, so that a blank line cut in two is still seen.
      from = tail.length - lastLine > 1 ? tail.length : lastLine;
      this.oversized = true;
      this.passOn(tail, 0, from);
    }
    this.rest = tail.subarray(from);
    this.scannedTo = tail.length - from;
    this.lastLine = lastLine - from;
  }
}

function isBlankLine(data: Buffer, lineStart: number, lineFeed: number): boolean {
  const length = lineFeed - lineStart;
  return length === 0 || (length === 1 && data[lineStart] === CARRIAGE_RETURN);
}
