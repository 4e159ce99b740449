import { crc32 } from 'node:zlib';
import { EventStreamCodec, type MessageHeaders } from '@smithy/eventstream-codec';
import type { StreamFrame } from '../spec/stream-frame.js';

/** What takes the messages of an AWS event stream. */
export interface AwsEventStreamSink {
  /** Takes one message, in order. */
  onFrame(frame: StreamFrame): void;
  /** Hears, once, that the bytes are no event stream from here on; nothing follows. */
  onCorrupt(): void;
}

/** Longest message that is read: AWS sends at most 16 MiB. A longer one counts as corrupt. */
export const AWS_EVENT_STREAM_MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Stands before the name of an exception, so that a reader tells `exception:throttlingException` from an event.
 *
 * Both of AWS's forms are read so: modelled exceptions (`:exception-type`) and unmodelled errors (`:error-code`).
 */
export const AWS_EXCEPTION_PREFIX = 'exception:';

/** Length of the message, length of its headers, checksum of the two. */
const PRELUDE_BYTES = 12;
const PRELUDE_CHECKSUM_OFFSET = 8;
/** A prelude and the checksum of the message, with nothing in between. */
const MESSAGE_BYTES_MIN = PRELUDE_BYTES + 4;

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : toBuffer(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);

/**
 * Cuts a byte stream of type `application/vnd.amazon.eventstream` into messages, however it was cut into chunks.
 *
 * A frame's event is the message's `:event-type`, or its exception behind {@link AWS_EXCEPTION_PREFIX}; its data is the
 * payload's text. Both checksums are verified. Whatever the bytes are, nothing is thrown.
 */
export class AwsEventStreamFramer {
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** Bytes to wait for before the next look: a prelude, or all of the message that a prelude announced. */
  private neededBytes = PRELUDE_BYTES;
  private corrupt = false;

  constructor(private readonly sink: AwsEventStreamSink) {}

  /** Takes the next bytes of the stream. */
  push(chunk: Buffer): void {
    if (this.corrupt) return;
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.heldBytes < this.neededBytes) return;
    const data = this.held.length === 1 ? chunk : Buffer.concat(this.held, this.heldBytes);
    const rest = this.readMessages(data);
    this.held = rest.length === 0 ? [] : [rest];
    this.heldBytes = rest.length;
  }

  /**
   * Ends the stream. A message that the end cuts in two is left out: a stream that was cut shows by what it lacks, and
   * one that was finished before stays so.
   */
  end(): void {
    this.held = [];
    this.heldBytes = 0;
  }

  /** Hands on every whole message and returns what remains. */
  private readMessages(data: Buffer): Buffer {
    let start = 0;
    while (data.length - start >= PRELUDE_BYTES) {
      const messageBytes = readPrelude(data.subarray(start, start + PRELUDE_BYTES));
      if (messageBytes === undefined) return this.fail();
      if (data.length - start < messageBytes) {
        this.neededBytes = messageBytes;
        return data.subarray(start);
      }
      const frame = readMessage(data.subarray(start, start + messageBytes));
      if (frame === undefined) return this.fail();
      this.sink.onFrame(frame);
      start += messageBytes;
    }
    this.neededBytes = PRELUDE_BYTES;
    return data.subarray(start);
  }

  private fail(): Buffer {
    this.corrupt = true;
    this.sink.onCorrupt();
    return Buffer.alloc(0);
  }
}

/** The length of the message, or undefined when the prelude is damaged; its checksum guards against waiting for a lie. */
function readPrelude(prelude: Buffer): number | undefined {
  if (crc32(prelude.subarray(0, PRELUDE_CHECKSUM_OFFSET)) !== prelude.readUInt32BE(PRELUDE_CHECKSUM_OFFSET)) {
    return undefined;
  }
  const messageBytes = prelude.readUInt32BE(0);
  const fits = messageBytes >= MESSAGE_BYTES_MIN && messageBytes <= AWS_EVENT_STREAM_MESSAGE_BYTES_MAX;
  return fits ? messageBytes : undefined;
}

function readMessage(bytes: Buffer): StreamFrame | undefined {
  try {
    // The copy has a memory of its own: a header that claims to be longer than its message then fails, instead of
    // reading on into the memory that buffers share.
    const { headers, body } = codec.decode(new Uint8Array(bytes));
    return readFrame(headers, toBuffer(body).toString('utf8'));
  } catch {
    // A checksum or a header that is wrong; the stream cannot be trusted from here on.
    return undefined;
  }
}

function readFrame(headers: MessageHeaders, payload: string): StreamFrame {
  const type = headerText(headers, ':message-type');
  if (type === 'exception') return exceptionFrame(headerText(headers, ':exception-type'), payload);
  if (type === 'error') {
    const message = headerText(headers, ':error-message') ?? '';
    return exceptionFrame(headerText(headers, ':error-code'), JSON.stringify({ message }));
  }
  return { event: headerText(headers, ':event-type'), data: payload };
}

function exceptionFrame(name: string | undefined, data: string): StreamFrame {
  return { event: AWS_EXCEPTION_PREFIX + (name ?? 'unknown'), data };
}

function headerText(headers: MessageHeaders, name: string): string | undefined {
  const header = headers[name];
  return header?.type === 'string' ? header.value : undefined;
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
