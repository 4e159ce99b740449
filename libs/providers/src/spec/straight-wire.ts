import type { StreamTap } from './answer-tap.js';
import type { Dialect } from './dialect.js';
import type { Usage } from './usage.js';

/** What the gateway needs to know of a request; everything else in it is the provider's business. */
export interface PeekedRequest {
  /** The body as the client sent it, after content decoding. */
  readonly body: Buffer;
  /** The model that the client named, or undefined when it named none. */
  readonly model: string | undefined;
  /** Whether the client wants a stream of events. */
  readonly streams: boolean;
  /** The output cap that the client set, in tokens. */
  readonly maxOutputTokens?: number | undefined;
  /** Whether the client asked for usage on the stream; always true where the dialect always reports it. */
  readonly asksForStreamUsage?: boolean;
}

/** What a whole answer says about itself. */
export interface ReadAnswer {
  /** False when the body is not a complete answer, so that it must not be shown as one. */
  readonly whole: boolean;
  readonly usage: Usage | undefined;
}

/**
 * How requests and answers of a dialect pass unchanged between a client and a provider that both speak it: what is read
 * in passing, and what is spliced.
 */
export interface StraightWire<Peeked extends PeekedRequest = PeekedRequest> {
  readonly dialect: Dialect;
  /** The body to send: the client's bytes but for the model, and whatever makes the stream report usage. */
  encode(request: Peeked, model: string): Buffer;
  /** Looks at a stream in passing. */
  createTap(request: Peeked): StreamTap;
  /** Reads a whole answer; never throws. */
  readAnswer(body: Buffer): ReadAnswer;
}
