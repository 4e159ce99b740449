import type { IncomingHttpHeaders } from 'node:http';
import { EgressPolicy, UpstreamPools, type UpstreamTarget } from '#providers';
import { invariant } from '#kernel';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import { GatewayVersion } from '../gateway-version.js';
import type { Candidate } from '../routing/candidate.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import { RequestTracer } from '../telemetry/request-tracer.js';
import type { AnswerReceiver, RelayResult } from './answer-receiver.js';
import { ErrorAnswerReceiver } from './error-answer-receiver.js';
import { HttpClientSide, type Throttle } from './http-client-side.js';
import { PlainAnswerReceiver } from './plain-answer-receiver.js';
import { StreamAnswerReceiver } from './stream-answer-receiver.js';
import { UpstreamAttempt } from './upstream-attempt.js';
import type { UpstreamCall } from './upstream-call.js';
import { egressRefusalOf, rejectedUrl, unsendable } from './upstream-failures.js';

/** How long a provider may take to send headers, and to stay silent within a body: long reasoning needs minutes. */
const SILENCE_MS_MAX = 840_000;

/** Client headers that are the provider's business and go up as they are. */
const FORWARDED_UP = ['openai-beta', 'openai-organization', 'openai-project'] as const;

/** Makes one call to the exchange's current candidate and relays the answer to the client. */
@Injectable()
export class UpstreamRelay {
  constructor(
    private readonly pools: UpstreamPools,
    private readonly egress: EgressPolicy,
    private readonly tracer: RequestTracer,
    private readonly metrics: GatewayMetrics,
    private readonly version: GatewayVersion,
  ) {}

  /**
   * One attempt. Nothing was sent to the client unless the result is a success; after a success nothing may be.
   *
   * @throws GatewayError `bad_request` when the model provider's own configuration makes a call impossible, or asks for
   *   one that the egress policy refuses; the latter may show only when the connection is opened.
   */
  async attempt(request: FastifyRequest, reply: FastifyReply, call: UpstreamCall): Promise<RelayResult> {
    const exchange = exchangeOf(request);
    const { candidate } = exchange;
    invariant(candidate, 'an attempt needs a candidate');
    const target = await this.targetOf(candidate, call);
    exchange.dispatchedBytes = call.body.length;
    const span = this.tracer.startAttempt(exchange);
    const headers = this.headersFor(request, target, span.propagation);
    return new Promise((resolve, reject) => {
      const attempt = new UpstreamAttempt(
        (status, answerHeaders, throttle, settle) =>
          this.receiverFor(exchange, reply, call, { status, headers: answerHeaders }, throttle, settle),
        exchange.departure,
        (result) => {
          span.end(result);
          const refusal = egressRefusalOf(result);
          if (refusal === undefined) resolve(result);
          else reject(unsendable(candidate, rejectedUrl(refusal)));
        },
      );
      const { origin, path, method } = target;
      const limits = { headersTimeout: SILENCE_MS_MAX, bodyTimeout: SILENCE_MS_MAX };
      this.pools.get(origin).dispatch({ path, method, headers, body: call.body, ...limits }, attempt);
    });
  }

  private async targetOf(candidate: Candidate, call: UpstreamCall): Promise<UpstreamTarget> {
    const { operation, dialect, streams, body } = call;
    const { model } = candidate;
    const target = await candidate.adapter.target(candidate.modelProvider, {
      operation,
      dialect,
      model,
      streams,
      body,
    });
    if ('refusal' in target) throw unsendable(candidate, target.refusal);
    const refusal = this.egress.refusalOfUrl(target.origin);
    if (refusal !== undefined) throw unsendable(candidate, rejectedUrl(refusal));
    return target;
  }

  private headersFor(
    request: FastifyRequest,
    target: UpstreamTarget,
    propagation: Readonly<Record<string, string>>,
  ): Record<string, string> {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: '*/*',
      // The relay reads usage in passing and passes bytes on unchanged, so it asks for them as they are.
      'accept-encoding': 'identity',
      'user-agent': this.version.userAgent,
      ...propagation,
      ...target.headers,
    };
    for (const name of FORWARDED_UP) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    return headers;
  }

  private receiverFor(
    exchange: Exchange,
    reply: FastifyReply,
    call: UpstreamCall,
    answer: { readonly status: number; readonly headers: IncomingHttpHeaders },
    throttle: Throttle,
    settle: (result: RelayResult) => void,
  ): AnswerReceiver {
    const { status, headers } = answer;
    if (status < 200 || status > 299) return new ErrorAnswerReceiver(status, headers, settle);
    const client = new HttpClientSide(exchange, reply, answer, throttle, this.version.text, () => {
      exchange.streaming = true;
      this.metrics.streamStarted();
    });
    const isStream = headers['content-type']?.startsWith('text/event-stream') === true;
    return isStream
      ? new StreamAnswerReceiver(call.createTap(), status, client, settle)
      : new PlainAnswerReceiver(call, status, client, settle);
  }
}
