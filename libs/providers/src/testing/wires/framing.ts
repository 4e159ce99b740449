import { AWS_CODEC } from './aws-codec.js';

/** Which part of an answer an event is. */
export type FrameRole =
  /** Comes before anything is said: an id, a role, an empty message. */
  | 'opening'
  /** Says something: text, reasoning, a tool call. */
  | 'content'
  /** Opens and closes parts in between. */
  | 'bracket'
  /** Says why the answer ended. */
  | 'finish'
  | 'usage'
  /** The last event of the vendor's grammar. */
  | 'terminal'
  | 'error';

/** One event of a stream. */
export interface Frame {
  readonly role: FrameRole;
  /** The event's name, where the transport gives it one. */
  readonly event?: string;
  /** JSON, or text or bytes that are sent as they are. */
  readonly data: object | string | Buffer;
}

/** How a stream puts events on the wire. */
export interface Framing {
  readonly kind: 'sse' | 'json-array' | 'aws-event-stream';
  readonly contentType: string;
  /** The bytes of one event. */
  encode(frame: Frame, isFirst: boolean): Buffer;
  /** What comes after the last event. */
  readonly closing: string;
  /** Something between two events that means nothing; empty where the transport has no such thing. */
  readonly keepAlive: string;
}

/** Server-sent events whose lines end with `lineEnd`. */
export function sseFraming(lineEnd: '\n' | '\r\n'): Framing {
  return {
    kind: 'sse',
    contentType: 'text/event-stream; charset=utf-8',
    encode(frame) {
      const name = frame.event === undefined ? '' : `event: ${frame.event}${lineEnd}`;
      return Buffer.concat([Buffer.from(`${name}data: `), payloadOf(frame), Buffer.from(lineEnd + lineEnd)]);
    },
    closing: '',
    keepAlive: `: keep-alive${lineEnd}${lineEnd}`,
  };
}

/** One JSON array, an element for each event, as Google streams without `alt=sse`. */
export const JSON_ARRAY_FRAMING: Framing = {
  kind: 'json-array',
  contentType: 'application/json; charset=UTF-8',
  encode: (frame, isFirst) => Buffer.concat([Buffer.from(isFirst ? '[' : ',\r\n'), payloadOf(frame)]),
  closing: '\r\n]',
  keepAlive: '\r\n',
};

/** AWS event stream: binary messages with headers and checksums. */
export const AWS_FRAMING: Framing = {
  kind: 'aws-event-stream',
  contentType: 'application/vnd.amazon.eventstream',
  encode(frame) {
    const isError = frame.role === 'error';
    const named = (value: string) => ({ type: 'string', value }) as const;
    const message = AWS_CODEC.encode({
      headers: {
        [isError ? ':exception-type' : ':event-type']: named(frame.event ?? ''),
        ':content-type': named('application/json'),
        ':message-type': named(isError ? 'exception' : 'event'),
      },
      body: payloadOf(frame),
    });
    return Buffer.from(message);
  },
  closing: '',
  keepAlive: '',
};

/** An event's payload as it goes on the wire. */
export function payloadOf({ data }: Frame): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Buffer.from(typeof data === 'string' ? data : JSON.stringify(data));
}
