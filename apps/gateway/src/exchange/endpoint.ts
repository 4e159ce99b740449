import type { Dialect, ModelRequest, Operation } from '#providers';
import type { FastifyRequest } from 'fastify';

/** What every endpoint can say of a request, however its dialect spells it. */
export interface InboundRequest {
  /** The model as the client named it; undefined when it named none. */
  readonly model: string | undefined;
  /** Whether the client wants the answer as a stream of events. */
  readonly streams: boolean;
  /** The decoded body; undefined where there is none to speak of. */
  readonly body?: Buffer;
}

/** What the interceptor chain needs to know of a public endpoint. */
export interface Endpoint<Request extends InboundRequest = InboundRequest> {
  /** The route's pattern, as metrics name it. */
  readonly route: string;
  /** The dialect that the client speaks, and that denials are rendered in. */
  readonly dialect: Dialect;
  /** What is asked of a provider; undefined for endpoints that the gateway answers by itself. */
  readonly operation?: Operation;
  /** The kind of request in spend records (contract 3.12); undefined for endpoints that cost nothing. */
  readonly requestType: string | undefined;
  /** Name of the request's span (contract 11.2). */
  readonly spanName: string;
  /** False when asking twice may do something twice. Default: true. */
  readonly repeatable?: boolean;
  /** Where a client puts the model's name, for the error that says that there is none. Default: a `model` field. */
  readonly modelPlace?: string;
  /** Whether the key may come as `?key=`, as Google's clients send it. Default: false. */
  readonly acceptsKeyInQuery?: boolean;
  /**
   * Reads a request for an answer into no vendor's words. Only on endpoints that ask for answers.
   *
   * @throws GatewayError `bad_request` for a body that the dialect itself would refuse.
   */
  readModelRequest?(body: Buffer): ModelRequest;
  /**
   * Reads the decoded body. Absent on endpoints that take none: theirs is never read.
   *
   * @throws GatewayError `bad_request` when it cannot be read.
   */
  readRequest?(body: Buffer, request: FastifyRequest): Request;
}

/** How an endpoint is declared on its route: one for all requests, or one for each kind of URL. */
export type EndpointChoice = Endpoint | ((url: string) => Endpoint);
