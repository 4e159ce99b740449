import type { ServerResponse } from 'node:http';
import type { BudgetSnapshot, Bundle } from '#gateway-protocol';
import { invariant } from '#kernel';
import type { ModelError, ModelRequest } from '#providers';
import type { WalkEvent } from '#retry';
import type { FastifyRequest } from 'fastify';
import type { ErrorCode } from '../errors/error-catalogue.js';
import { streamErrorFrame } from '../errors/stream-error-frame.js';
import type { TraceIds } from '../errors/openai-error.js';
import type { Plan } from '../routing/plan.js';
import { Departure } from './departure.js';
import type { Endpoint, InboundRequest } from './endpoint.js';
import type { Candidate } from '../routing/candidate.js';
import type { RelayResult } from '../relay/answer-receiver.js';
import type { ClientResponse } from '../relay/client-response.js';
import type { KeepAlive } from '../relay/keep-alive.js';
import type { ResumableAnswer } from '../resume/resumable-answer.js';
import type { Reliability } from '../routing/reliability.js';
import type { Attempt } from './attempt.js';

/** What identifies an exchange, fixed when its request arrives. */
export interface ExchangeIdentity {
  /** Ours alone: the id that the request is billed under. */
  readonly requestId: string;
  /** The client's `X-Request-Id` when it sent one, else ours; echoed and logged, never billed. */
  readonly clientRequestId: string;
  readonly endpoint: Endpoint;
  /** The HTTP method, upper case. */
  readonly method: string;
  /** Milliseconds since the epoch. */
  readonly receivedAtMs: number;
  /** Monotonic milliseconds, for durations. */
  readonly startedAtMs: number;
  /** The end user that the request is for, when the client said so. */
  readonly endUserId: string | undefined;
}

/** What provider-filtered budgets take away from a request. */
export interface BudgetRestriction {
  readonly excludedModelProviderIds: ReadonlySet<string>;
  readonly lastExcluded: BudgetSnapshot;
}

/** An attempt whose answer broke off, and what it came to. */
export interface Interruption {
  readonly attempt: Attempt;
  readonly result: Extract<RelayResult, { readonly kind: 'interrupted' }>;
}

const NOTED = Promise.resolve();

/**
 * One client request on its way through the interceptor chain, and what each step has found out about it.
 *
 * A step reads what earlier steps have set; reading too early is a bug of ours and throws.
 */
export class Exchange implements ExchangeIdentity {
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly receivedAtMs: number;
  readonly startedAtMs: number;
  readonly endUserId: string | undefined;

  /** Tells when the client leaves before its answer is complete. */
  readonly departure = new Departure();

  /** Resolves when the exchange is noted down for good; nothing is sent to a provider before. */
  admitted: Promise<void> = NOTED;
  /** Tokens of the budget warning header, empty when there are none. */
  budgetWarnings: readonly string[] = [];
  /** Model providers whose own budget is used up, and the last such budget. */
  budgetRestriction: BudgetRestriction | undefined;
  /** True once a stream to the client was opened. */
  streaming = false;
  /** The request in no vendor's words, once an attempt had to translate it. */
  modelRequest: ModelRequest | undefined;
  /** The attempt that answers; before that, the one that was begun last. */
  attempt: Attempt | undefined;
  /** Attempts that cost something and that the client's answer did not come from. */
  sideAttempts = 0;
  /** Attempts whose answer broke off in the middle. */
  readonly interruptions: Interruption[] = [];
  /** Attempts that are over, in the order in which they ended. */
  readonly ended: Attempt[] = [];
  /** Every step of the walk that is over. */
  readonly steps: WalkEvent<Candidate>[] = [];
  /** The client's response, once an attempt was begun. */
  client: ClientResponse | undefined;
  /** What shows the client signs of life while its stream is held back. */
  keepAlive: KeepAlive | undefined;
  /** The answer that the client has begun to get and that another attempt may go on with, where that was asked for. */
  resumable: ResumableAnswer | undefined;
  /** The error that the gateway answered itself, if it did. */
  errorCode: ErrorCode | undefined;
  /** Ids of the request's span, when tracing is on. */
  traceIds: TraceIds | undefined;

  private resolvedBundle: Bundle | undefined;
  private inbound: InboundRequest | undefined;
  private routingPlan: Plan | undefined;
  private wanted: Reliability | undefined;
  /** Attempts whose handler has not begun yet, in order. */
  private readonly expected: Attempt[] = [];

  constructor(
    identity: ExchangeIdentity,
    private readonly response: ServerResponse,
  ) {
    this.requestId = identity.requestId;
    this.clientRequestId = identity.clientRequestId;
    this.endpoint = identity.endpoint;
    this.method = identity.method;
    this.receivedAtMs = identity.receivedAtMs;
    this.startedAtMs = identity.startedAtMs;
    this.endUserId = identity.endUserId;
  }

  /** Who the client is and what it may use. Set by the auth step. */
  get bundle(): Bundle {
    invariant(this.resolvedBundle, 'the bundle is known only after the auth step');
    return this.resolvedBundle;
  }

  set bundle(bundle: Bundle) {
    this.resolvedBundle = bundle;
  }

  /** The bundle, or undefined when the request was refused before it had one. */
  get bundleIfKnown(): Bundle | undefined {
    return this.resolvedBundle;
  }

  /** What was read of the request. Set by the auth step, after the key was found good. */
  get request(): InboundRequest {
    invariant(this.inbound, 'the request is read only after the auth step');
    return this.inbound;
  }

  set request(request: InboundRequest) {
    this.inbound = request;
  }

  /** The request as `endpoint` reads it; only its own handler may ask. */
  requestOf<Request extends InboundRequest>(endpoint: Endpoint<Request>): Request {
    invariant((this.endpoint as unknown) === endpoint, 'a handler reads the requests of its own endpoint');
    return this.request as Request;
  }

  /** Where the request may go. Set by the routing step. */
  get plan(): Plan {
    invariant(this.routingPlan, 'the plan is known only after the routing step');
    return this.routingPlan;
  }

  set plan(plan: Plan) {
    this.routingPlan = plan;
  }

  /** The plan, or undefined when the request was refused before it had one. */
  get planIfKnown(): Plan | undefined {
    return this.routingPlan;
  }

  /** How hard the request is tried, and how long. Set by the routing step. */
  get reliability(): Reliability {
    invariant(this.wanted, 'the reliability is known only after the routing step');
    return this.wanted;
  }

  set reliability(reliability: Reliability) {
    this.wanted = reliability;
  }

  /**
   * Tells the client of an error inside of a stream that was opened already. False when none was, or when its answer has
   * begun, so that nothing that follows could be told from it.
   */
  failInBand(error: ModelError): boolean {
    this.keepAlive?.stop();
    const { client, keepAlive } = this;
    if (client?.opened !== true || keepAlive === undefined || this.attempt?.firstTokenAtMs !== undefined) return false;
    client.end(streamErrorFrame(this.endpoint.dialect, error));
    return true;
  }

  /** The candidate of {@link attempt}. */
  get candidate(): Candidate | undefined {
    return this.attempt?.candidate;
  }

  /** Says which attempt the handler is about to be run for. */
  expectAttempt(attempt: Attempt): void {
    if (!attempt.shadow) this.attempt = attempt;
    this.expected.push(attempt);
  }

  /** The attempt that the handler is run for; to be taken once, before anything is awaited. */
  takeAttempt(): Attempt {
    const attempt = this.expected.shift();
    invariant(attempt, 'a handler is run for an attempt');
    return attempt;
  }

  /** Notes that `attempt` is the one that the client gets its answer from. */
  answeredBy(attempt: Attempt): void {
    this.attempt = attempt;
    this.resumable = attempt.resumable;
  }

  /** True once the first byte of the answer went to the client: nothing is re-sent after it. */
  get committed(): boolean {
    return this.response.headersSent;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on public endpoints while the request is on its way. */
    exchange: Exchange | undefined;
  }
}

/** The exchange of a request on a public endpoint. */
export function exchangeOf({ exchange }: FastifyRequest): Exchange {
  invariant(exchange, 'the route has no endpoint declared');
  return exchange;
}

/** The headers that every answer on a public endpoint carries, error or not. */
export function identityHeaders(exchange: Exchange, version: string): Record<string, string> {
  const headers: Record<string, string> = {
    'x-request-id': exchange.clientRequestId,
    'x-langwatch-gateway-request-id': exchange.requestId,
    'x-langwatch-gateway-version': version,
  };
  if (exchange.traceIds !== undefined) {
    headers['x-langwatch-trace-id'] = exchange.traceIds.traceId;
    headers['x-langwatch-span-id'] = exchange.traceIds.spanId;
  }
  if (exchange.budgetWarnings.length > 0) {
    headers['x-langwatch-budget-warning'] = exchange.budgetWarnings.join(',');
  }
  return headers;
}
