import type { Dialect, Operation, StreamTap, Usage } from '#providers';

/** One call to a provider on behalf of an exchange, as its endpoint's handler describes it. */
export interface UpstreamCall {
  readonly operation: Operation;
  /** The wire format of body and answer. */
  readonly dialect: Dialect;
  /** The body to send. */
  readonly body: Buffer;
  /** True when the client asked for a stream of events. */
  readonly streams: boolean;
  /** Makes the reader that looks at a stream of this call in passing. */
  createTap(): StreamTap;
  /** Reads a whole answer that was not streamed. */
  readAnswer(body: Buffer): { readonly whole: boolean; readonly usage: Usage | undefined };
}
