import type { Dialect } from '#providers';

/** What every endpoint can say of a request, however its dialect spells it. */
export interface InboundRequest {
  /** The model as the client named it; undefined when it named none. */
  readonly model: string | undefined;
  /** Whether the client wants the answer as a stream of events. */
  readonly streams: boolean;
}

/** What the interceptor chain needs to know of a public endpoint. */
export interface Endpoint<Request extends InboundRequest = InboundRequest> {
  /** The route's pattern, as metrics name it. */
  readonly route: string;
  /** The dialect that the client speaks, and that denials are rendered in. */
  readonly dialect: Dialect;
  /** The kind of request in spend records (contract 3.12); undefined for endpoints that cost nothing. */
  readonly requestType: string | undefined;
  /** Name of the request's span (contract 11.2). */
  readonly spanName: string;
  /**
   * Reads the decoded body. Absent on endpoints that take none: theirs is never read.
   *
   * @throws GatewayError `bad_request` when it cannot be read.
   */
  readRequest?(body: Buffer): Request;
}
