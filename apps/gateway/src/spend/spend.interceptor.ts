import { NO_SPEND_USAGE, type AdmitSpend, type FailSpend, type SpendUsage } from '#gateway-protocol';
import { Clock } from '#kernel';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { GatewayError } from '../errors/gateway-error.js';
import type { ExchangeOutcome } from '../exchange/exchange-outcome.js';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import { SpendJournal } from './spend-journal.js';

/**
 * Writes an admit before anything is sent to a provider, and exactly one outcome when the exchange is over.
 *
 * Refusals by budget or routing are recorded too. Requests of keys without a project are not, because the record's
 * contract has no place for them (contract 3.12).
 */
@Injectable()
export class SpendInterceptor implements NestInterceptor<ExchangeOutcome, ExchangeOutcome> {
  constructor(
    private readonly journal: SpendJournal,
    private readonly clock: Clock,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<ExchangeOutcome>): Observable<ExchangeOutcome> {
    const exchange = exchangeOf(context.switchToHttp().getRequest<FastifyRequest>());
    const admit = describeAdmit(exchange);
    if (admit === undefined) return next.handle();
    this.journal.admit(admit);
    return next.handle().pipe(
      tap({
        next: (outcome) => this.record(exchange, admit, outcome),
        error: (error: unknown) =>
          this.journal.fail(this.failed(exchange, admit, NO_SPEND_USAGE, false, errorOf(error))),
      }),
    );
  }

  private record(exchange: Exchange, admit: AdmitSpend, outcome: ExchangeOutcome): void {
    if (outcome.kind === 'provider_refused') {
      const error = { type: upstreamErrorType(outcome.status), http_status: outcome.status };
      this.journal.fail(this.failed(exchange, admit, NO_SPEND_USAGE, false, error));
      return;
    }
    const { usage, estimated } = outcome.spent;
    const error = END_ERRORS[outcome.end];
    if (error === undefined) this.journal.confirm(this.settled(exchange, admit, usage, estimated));
    else this.journal.fail(this.failed(exchange, admit, usage, estimated, error));
  }

  private failed(
    exchange: Exchange,
    admit: AdmitSpend,
    usage: SpendUsage,
    estimated: boolean,
    error: FailSpend['error'],
  ): FailSpend {
    return { ...this.settled(exchange, admit, usage, estimated), error };
  }

  private settled(
    exchange: Exchange,
    admit: AdmitSpend,
    usage: SpendUsage,
    estimated: boolean,
  ): Omit<FailSpend, 'error'> {
    const { outcome_carries_attribution: _, occurred_at: admittedAt, ...attribution } = admit;
    const { candidate } = exchange;
    return {
      ...attribution,
      occurred_at: this.clock.now(),
      admitted_at: admittedAt,
      usage,
      duration_ms: Math.max(0, Math.round(this.clock.monotonicMs() - exchange.startedAtMs)),
      ...(candidate === undefined ? {} : { model: candidate.model, model_provider_id: candidate.modelProvider.id }),
      ...(estimated ? { usage_estimated: true } : {}),
    };
  }
}

/** Ends of an answer that are failures, as spend records name them. */
const END_ERRORS: Partial<Record<Extract<ExchangeOutcome, { kind: 'answered' }>['end'], FailSpend['error']>> = {
  client_gone: { type: 'client_gone', http_status: 499 },
  cut: { type: 'upstream_mid_stream_failure', http_status: 502 },
  error_event: { type: 'provider_error', http_status: 502 },
};

const MODEL_CHARACTERS_MAX = 512;

function describeAdmit(exchange: Exchange): AdmitSpend | undefined {
  const { bundle, request, endpoint } = exchange;
  if (bundle.projectId === null || request.model === undefined || endpoint.requestType === undefined) return undefined;
  return {
    gateway_request_id: exchange.requestId,
    occurred_at: exchange.receivedAtMs,
    organization_id: bundle.organizationId,
    project_id: bundle.projectId,
    virtual_key_id: bundle.virtualKeyId,
    model: request.model.slice(0, MODEL_CHARACTERS_MAX),
    request_type: endpoint.requestType,
    outcome_carries_attribution: true,
    ...(exchange.endUserId === undefined ? {} : { end_user_id: exchange.endUserId }),
    ...(exchange.traceIds === undefined ? {} : { trace_id: exchange.traceIds.traceId }),
    ...(bundle.tags.length === 0 ? {} : { labels: [...bundle.tags] }),
  };
}

function errorOf(error: unknown): FailSpend['error'] {
  return error instanceof GatewayError
    ? { type: error.code, http_status: error.entry.status }
    : { type: 'internal_error', http_status: 500 };
}

/** The reference's taxonomy of provider errors (contract 5.7). */
function upstreamErrorType(status: number): string {
  if (status === 429) return 'rate_limited';
  if (status === 504 || status === 408) return 'provider_timeout';
  if (status === 404) return 'not_found';
  return status >= 400 && status < 500 ? 'bad_request' : 'provider_error';
}
