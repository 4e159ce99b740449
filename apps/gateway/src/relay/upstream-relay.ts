import type { IncomingHttpHeaders } from 'node:http';
import { Clock } from '#kernel';
import { UpstreamPools, type UpstreamTarget } from '#providers';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Attempt } from '../exchange/attempt.js';
import { exchangeOf, identityHeaders, type Exchange } from '../exchange/exchange.js';
import { GatewayVersion } from '../gateway-version.js';
import { Headroom } from '../routing/headroom.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import { RequestTracer } from '../telemetry/request-tracer.js';
import { Departure } from '../exchange/departure.js';
import type { AnswerReceiver, ClientSide, RelayResult } from './answer-receiver.js';
import { DiscardedClientSide } from './discarded-client-side.js';
import { ClientResponse } from './client-response.js';
import { ErrorAnswerReceiver } from './error-answer-receiver.js';
import { KeepAlive } from './keep-alive.js';
import { HttpClientSide, type Throttle } from './http-client-side.js';
import { NOTHING_USED } from './nothing-used.js';
import { PlainAnswerReceiver } from './plain-answer-receiver.js';
import { StreamAnswerReceiver } from './stream-answer-receiver.js';
import { TargetFinder, TargetUnavailableError } from './target-finder.js';
import { UpstreamAttempt } from './upstream-attempt.js';
import type { UpstreamCall } from './upstream-call.js';
import { connectionFailure, egressRefusalOf, lostHedge, rejectedUrl, unsendable } from './upstream-failures.js';

/** The client of a shadow never leaves. */
const NEVER = new Departure();

/** Content types of streams, without their parameters. */
const STREAM_CONTENT_TYPE = /^(text\/event-stream|application\/vnd\.amazon\.eventstream)\b/;

/** undici's own limits are off: the attempt's timer knows all of them, and tells them apart. */
const NO_LIMITS = { headersTimeout: 0, bodyTimeout: 0 } as const;

/** Makes one call to a candidate and relays the answer to the client. */
@Injectable()
export class UpstreamRelay {
  constructor(
    private readonly pools: UpstreamPools,
    private readonly targets: TargetFinder,
    private readonly tracer: RequestTracer,
    private readonly metrics: GatewayMetrics,
    private readonly headroom: Headroom,
    private readonly clock: Clock,
    private readonly version: GatewayVersion,
  ) {}

  /**
   * One attempt. Nothing was sent to the client unless the result has a value; after that nothing may be, but by an
   * attempt that goes on with the same answer.
   *
   * @throws GatewayError `bad_request` when the model provider's own configuration makes a call impossible, or asks for
   *   one that the egress policy refuses; the latter may show only when the connection is opened.
   */
  async attempt(
    request: FastifyRequest,
    reply: FastifyReply,
    attempt: Attempt,
    call: UpstreamCall,
  ): Promise<RelayResult> {
    const exchange = exchangeOf(request);
    exchange.client ??= new ClientResponse(reply);
    if (keepsAlive(call)) exchange.keepAlive ??= this.keepAlive(exchange, exchange.client);
    const body = prepareBody(attempt, call);
    try {
      const found = this.targets.find(attempt.candidate, call, body);
      const target = found instanceof Promise ? await found : found;
      // A credential may have been fetched meanwhile, and another attempt may have answered: it is the only one to.
      if (attempt.control.cancelled.aborted) return lostHedge();
      return await this.dispatch(request, { call, body, target, exchange, attempt, response: exchange.client });
    } catch (error) {
      if (error instanceof TargetUnavailableError) return connectionFailure(error);
      throw error;
    }
  }

  private dispatch(request: FastifyRequest, dispatch: Dispatch): Promise<RelayResult> {
    const { call, body, target, exchange, attempt } = dispatch;
    attempt.dispatchedBytes = body?.length ?? 0;
    const span = this.tracer.startAttempt(exchange, attempt);
    const headers = this.headersFor(request, dispatch, span.propagation);
    return new Promise((resolve, reject) => {
      const handler = new UpstreamAttempt({
        createReceiver: (status, answerHeaders, throttle, settle) =>
          this.receiverFor(dispatch, { status, headers: answerHeaders }, throttle, settle),
        departure: attempt.shadow ? NEVER : exchange.departure,
        cancelled: attempt.control.cancelled,
        limits: attempt.limits,
        clock: this.clock,
        report: (result) => {
          span.end(result);
          const refusal = egressRefusalOf(result);
          if (refusal === undefined) resolve(call.billable === false ? withoutUsage(result) : result);
          else reject(unsendable(attempt.candidate, rejectedUrl(refusal)));
        },
      });
      const { origin, path, method } = target;
      this.pools.get(origin).dispatch({ path, method, headers, body: body ?? null, ...NO_LIMITS }, handler);
    });
  }

  private keepAlive(exchange: Exchange, response: ClientResponse): KeepAlive {
    const headers = (): Record<string, string> => ({
      ...identityHeaders(exchange, this.version.text),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
    });
    return new KeepAlive(this.clock, response, headers, () => this.streamOpened(exchange));
  }

  private streamOpened(exchange: Exchange): void {
    exchange.streaming = true;
    this.metrics.streamStarted();
  }

  private headersFor(
    request: FastifyRequest,
    { call, body, target }: Dispatch,
    propagation: Readonly<Record<string, string>>,
  ): Record<string, string> {
    const headers: Record<string, string> = {
      accept: '*/*',
      // The relay reads usage in passing and passes bytes on unchanged, so it asks for them as they are.
      'accept-encoding': 'identity',
      'user-agent': this.version.userAgent,
      ...propagation,
      ...target.headers,
    };
    if (body !== undefined) headers['content-type'] = 'application/json';
    for (const name of call.forwardedHeaders) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    return headers;
  }

  private receiverFor(
    dispatch: Dispatch,
    answer: { readonly status: number; readonly headers: IncomingHttpHeaders },
    throttle: Throttle,
    settle: (result: RelayResult) => void,
  ): AnswerReceiver {
    const { call, target, attempt } = dispatch;
    const { status, headers } = answer;
    attempt.status = status;
    this.headroom.observe(attempt.candidate.modelProvider.id, status, headers);
    if (status < 200 || status > 299) {
      return new ErrorAnswerReceiver(call, { ...answer, receivedAtMs: this.clock.now() }, settle);
    }
    const client = this.clientSide(dispatch, answer, throttle);
    if (!STREAM_CONTENT_TYPE.test(headers['content-type'] ?? '')) {
      return new PlainAnswerReceiver(call, status, client, settle);
    }
    const schedule = (durationMs: number, action: () => void): (() => void) => this.clock.schedule(durationMs, action);
    return new StreamAnswerReceiver({ call, framing: target.framing ?? 'sse', status, client, schedule, settle });
  }
  private clientSide(
    { exchange, attempt, response }: Dispatch,
    provider: { readonly status: number; readonly headers: IncomingHttpHeaders },
    throttle: Throttle,
  ): ClientSide {
    if (attempt.shadow) return new DiscardedClientSide();
    return new HttpClientSide({
      exchange,
      attempt,
      response,
      provider,
      throttle,
      version: this.version.text,
      onCommit: () => (attempt.firstTokenAtMs = this.clock.monotonicMs()),
      onStream: () => this.streamOpened(exchange),
    });
  }
}

/** Everything that one dispatch is about. */
interface Dispatch {
  readonly call: UpstreamCall;
  readonly body: Buffer | undefined;
  readonly target: UpstreamTarget;
  readonly exchange: Exchange;
  readonly attempt: Attempt;
  readonly response: ClientResponse;
}

/** Whether a stream is held back that is one of events: only those have comments that show signs of life. */
function keepsAlive({ streams, delivery, streamContentType }: UpstreamCall): boolean {
  return streams && delivery === 'buffered' && streamContentType?.startsWith('application/json') !== true;
}

function prepareBody({ candidate }: Attempt, call: UpstreamCall): Buffer | undefined {
  const { adapter, modelProvider, model } = candidate;
  const { operation, dialect, streams, body } = call;
  if (body === undefined || adapter.prepareBody === undefined) return body;
  return adapter.prepareBody(modelProvider, { operation, dialect, model, streams, body });
}

/** An answer whose usage was settled before, or that has none. */
function withoutUsage(result: RelayResult): RelayResult {
  return 'value' in result ? { ...result, value: { ...result.value, usage: NOTHING_USED } } : result;
}
