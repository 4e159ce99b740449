import { Injectable } from '@nestjs/common';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  context,
  propagation,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { IncomingHttpHeaders } from 'node:http';
import type { Attempt } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import type { RelayResult } from '../relay/answer-receiver.js';
import { TracingOptions } from './tracing-options.js';

/** Instrumentation scope of our spans (contract 11.2). */
const TRACER_NAME = 'langwatch-ai-gateway';

/** Headers by which a trace context travels (W3C Trace Context). */
const TRACE_HEADERS = ['traceparent', 'tracestate'] as const;

/** The span of one attempt. */
export interface AttemptSpan {
  /** Headers that hand the trace on to the provider. */
  readonly propagation: Readonly<Record<string, string>>;
  /** Ends the span with the attempt's result. */
  end(result: RelayResult): void;
}

/**
 * Spans of requests and attempts. They carry ids, names and counts; never a prompt, an answer or a key.
 *
 * While tracing is off it only passes the client's trace context on to the provider.
 */
@Injectable()
export class RequestTracer {
  private readonly tracer: Tracer = trace.getTracer(TRACER_NAME);
  private readonly spans = new WeakMap<Exchange, { readonly span: Span; readonly context: Context }>();
  private readonly passedOn = new WeakMap<Exchange, Record<string, string>>();

  constructor(private readonly options: TracingOptions) {}

  /** Starts the request's span as a child of the client's, when it sent one. */
  startRequest(exchange: Exchange, headers: IncomingHttpHeaders): void {
    if (!this.options.enabled) {
      const sent = traceHeaders(headers);
      if (sent !== undefined) this.passedOn.set(exchange, sent);
      return;
    }
    const parent = propagation.extract(ROOT_CONTEXT, headers);
    const span = this.tracer.startSpan(
      exchange.endpoint.spanName,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'langwatch.origin': 'gateway',
          'http.request.method': exchange.method,
          'url.path': exchange.endpoint.route,
          'langwatch.gateway_request_id': exchange.requestId,
        },
      },
      parent,
    );
    const { traceId, spanId } = span.spanContext();
    exchange.traceIds = { traceId, spanId };
    this.spans.set(exchange, { span, context: trace.setSpan(parent, span) });
  }

  /** Ends the request's span with the status that the client saw. */
  endRequest(exchange: Exchange, status: number): void {
    const held = this.spans.get(exchange);
    if (held === undefined) return;
    const { span } = held;
    span.setAttribute('http.response.status_code', status);
    const { bundleIfKnown: bundle, candidate } = exchange;
    if (bundle !== undefined) span.setAttribute('langwatch.virtual_key_id', bundle.virtualKeyId);
    if (candidate !== undefined) {
      span.setAttribute('langwatch.model_provider_id', candidate.modelProvider.id);
      span.setAttribute('gen_ai.provider.name', candidate.modelProvider.family);
    }
    const dropped = exchange.attempt?.droppedFields ?? [];
    if (dropped.length > 0) span.setAttribute('langwatch.gateway.params_dropped', [...dropped]);
    if (exchange.resumable !== undefined) span.setAttribute('langwatch.gateway.resumed', exchange.resumable.outcome);
    if (exchange.planIfKnown !== undefined) span.setAttribute('langwatch.gateway.candidates', candidatesOf(exchange));
    if (exchange.errorCode !== undefined) span.setAttribute('error.type', exchange.errorCode);
    span.setStatus({ code: status >= 400 ? SpanStatusCode.ERROR : SpanStatusCode.OK });
    span.end();
  }

  /** Starts the span of an attempt. */
  startAttempt(exchange: Exchange, { candidate, index, control, droppedFields, shadow }: Attempt): AttemptSpan {
    const held = this.spans.get(exchange);
    if (held === undefined) return { propagation: this.passedOn.get(exchange) ?? NO_HEADERS, end: ignore };
    const span = this.tracer.startSpan(
      'lw_gateway.attempt',
      {
        kind: SpanKind.CLIENT,
        attributes: {
          'langwatch.model_provider_id': candidate.modelProvider.id,
          'gen_ai.provider.name': candidate.modelProvider.family,
          'langwatch.candidate_index': index,
          'langwatch.attempt.repeat': control.repeat,
          ...(droppedFields.length === 0 ? {} : { 'langwatch.gateway.params_dropped': [...droppedFields] }),
          ...(shadow ? { 'langwatch.attempt.shadow': true } : {}),
        },
      },
      held.context,
    );
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(context.active(), span), headers);
    return { propagation: headers, end: (result) => endAttempt(span, result) };
  }
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** The plan's decisions, one line each. */
function candidatesOf({ plan }: Exchange): string[] {
  return plan.decisions.map(
    ({ modelProviderId, model, planned, reason }) =>
      `${planned ? 'planned' : 'left out'}: ${modelProviderId} ${model}: ${reason}`,
  );
}

function ignore(): void {
  // Tracing is off: there is no span to end.
}

function traceHeaders(headers: IncomingHttpHeaders): Record<string, string> | undefined {
  let sent: Record<string, string> | undefined;
  for (const name of TRACE_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') (sent ??= {})[name] = value;
  }
  return sent;
}

function endAttempt(span: Span, result: RelayResult): void {
  if ('value' in result) {
    const { end, status, usage } = result.value;
    span.setAttribute('langwatch.attempt.outcome', end);
    span.setAttribute('http.response.status_code', status);
    if (usage?.inputTokens !== undefined) span.setAttribute('gen_ai.usage.input_tokens', usage.inputTokens);
    if (usage?.outputTokens !== undefined) span.setAttribute('gen_ai.usage.output_tokens', usage.outputTokens);
  } else {
    span.setAttribute('langwatch.attempt.outcome', result.kind);
    if (result.failure.kind === 'answered') span.setAttribute('http.response.status_code', result.failure.status);
  }
  span.setStatus({ code: result.kind === 'success' ? SpanStatusCode.OK : SpanStatusCode.ERROR });
  span.end();
}
