import type { Dialect, InboundCodec, JsonObject, ModelRequest, ProviderCodec } from '#providers';

/** How a client's dialect asks how many tokens a request would have. */
export interface TokenCountDialect {
  readonly dialect: Dialect;
  readonly codec: InboundCodec;
  /**
   * Reads the request whose tokens are to be counted, which may be wrapped.
   *
   * @throws RequestUnreadableError for a body that the dialect itself would refuse.
   */
  readRequest(body: JsonObject): ModelRequest;
  /** The body to send to a provider that speaks the same dialect. */
  encode(body: Buffer, model: string): Buffer;
  /** Reads the errors of a provider that speaks the same dialect. */
  readonly readError: ProviderCodec['readError'];
  /** The answer. */
  write(tokens: number): JsonObject;
}
