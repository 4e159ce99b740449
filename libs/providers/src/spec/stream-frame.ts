/** One complete event of a provider's stream, whatever its transport: server-sent events or AWS event stream. */
export interface StreamFrame {
  /** The event's name, where the transport gives it one. */
  readonly event: string | undefined;
  /** The event's payload, usually JSON text. */
  readonly data: string;
}
