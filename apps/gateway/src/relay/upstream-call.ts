import type { DeliveryMode } from '#gateway-protocol';
import type { AnswerFacts, Dialect, ModelError, Operation, ProviderCall, Usage } from '#providers';

/** A provider's stream on its way to the client, in the client's dialect. One serves one attempt. */
export interface AnswerStream {
  /** Takes the next bytes of the provider, however they were cut. */
  push(chunk: Buffer): void;
  /** The provider's body is over; whatever is left goes out. */
  end(): void;
  /** What was found out so far. */
  readonly facts: AnswerFacts;
  /** The provider's own error, unless the client was shown it already. */
  readonly error?: ModelError | undefined;
  /** Events that nobody could read, and that were withheld. */
  readonly malformedEvents: number;
  /** The last bytes for a client whose answer cannot be completed. Nothing may follow. */
  failure(error: ModelError): string;
}

/** Takes what goes on to the client, in order. */
export type AnswerSink = (bytes: Buffer | string) => void;

/** A whole answer, as the client gets it. */
export interface PlainAnswer {
  /** False when the provider's body is no complete answer, so that it must not be shown as one. */
  readonly whole: boolean;
  readonly usage: Usage | undefined;
  /** The bytes for the client. */
  readonly body: Buffer;
  /** Undefined to pass on the provider's. */
  readonly contentType?: string;
}

/** One call to a provider on behalf of an exchange, as its endpoint's handler describes it. */
export interface UpstreamCall {
  readonly operation: Operation;
  /** The wire format of the body that is sent. */
  readonly dialect: Dialect;
  /** The body to send; undefined for calls without one. */
  readonly body: Buffer | undefined;
  /** True when the client asked for a stream of events. */
  readonly streams: boolean;
  /** Names of client headers, lower case, that are this provider's business and go up as they are. */
  readonly forwardedHeaders: readonly string[];
  /** False for calls whose answer repeats usage that was settled before. Default: true. */
  readonly billable?: boolean;
  /** Only for `stored-response`. */
  readonly resource?: Pick<ProviderCall, 'method' | 'resourcePath'>;
  /** `buffered`: a stream is sent once it is whole. Default: as it comes. */
  readonly delivery?: DeliveryMode;
  /** Whether what was sent so far can be gone on with by another candidate. Default: never. */
  readonly resumable?: () => boolean;
  /** True when it goes on with a stream that the client has begun to get, so that none of it is held back. */
  readonly goesOn?: boolean;
  /** The content type of a stream to the client; undefined to pass on the provider's. */
  readonly streamContentType?: string;
  /** Makes what turns the provider's stream into the client's. */
  createStream(sink: AnswerSink, framing: 'sse' | 'aws-event-stream'): AnswerStream;
  /** Reads a whole answer; never throws. */
  readAnswer(body: Buffer): PlainAnswer;
  /** Reads a provider's error answer; never throws, whatever the body is. */
  readError(status: number, body: Buffer): ModelError;
  /** The error in the client's dialect; absent to pass the provider's on byte for byte. */
  writeError?(error: ModelError): Buffer;
}
