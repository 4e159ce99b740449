import type { InboundCodec, PeekedRequest, ProviderCodec, StraightWire } from '#providers';

/** Both ways in which a client's dialect is served: unchanged, or by translation. */
export interface GenerationDialect<Peeked extends PeekedRequest = PeekedRequest> {
  readonly straight: StraightWire<Peeked>;
  readonly codec: InboundCodec;
  /** Reads the errors of a provider that speaks the client's dialect. */
  readonly readError: ProviderCodec['readError'];
}
