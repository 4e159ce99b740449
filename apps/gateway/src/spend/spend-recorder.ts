import { NO_SPEND_USAGE, type AdmitSpend, type FailSpend, type SpendUsage } from '#gateway-protocol';
import type { Clock } from '#kernel';
import { GatewayError } from '../errors/gateway-error.js';
import type { ExchangeOutcome, SpentUsage } from '../exchange/exchange-outcome.js';
import type { Attempt } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import { explain } from '../routing/explain.js';
import type { Candidate } from '../routing/candidate.js';
import type { SpendJournal } from './spend-journal.js';

/** What is owed to the journal for one admitted exchange: exactly one call of either method. */
export interface SpendReceipt {
  /** Resolves when the admit survives a killed process; nothing may be sent to a provider before. */
  readonly admitted: Promise<void>;
  /** The exchange is over, and this is how. */
  settle(outcome: ExchangeOutcome): void;
  /** The exchange was refused, or failed on our side. */
  fail(error: unknown): void;
}

/** Receipt of an exchange that the journal has no place for. */
const UNRECORDED: SpendReceipt = { admitted: Promise.resolve(), settle: () => undefined, fail: () => undefined };

/**
 * Writes an admit before anything is sent to a provider, and exactly one outcome when the exchange is over.
 *
 * Refusals by limits, budgets or routing are recorded too. Requests of keys without a project are not, because the
 * record's contract has no place for them (contract 3.12).
 */
export class SpendRecorder {
  constructor(
    private readonly journal: SpendJournal,
    private readonly clock: Clock,
  ) {}

  /** Admits an exchange. */
  admit(exchange: Exchange): SpendReceipt {
    const admit = describeAdmit(exchange);
    if (admit === undefined) return UNRECORDED;
    return {
      admitted: this.journal.admit(admit),
      settle: (outcome) => this.settle(exchange, admit, outcome),
      fail: (error) => this.fail(exchange, admit, NOTHING_SPENT, errorOf(error)),
    };
  }

  /** Records what an attempt cost that the client's answer did not come from, under an id of its own. */
  recordAttempt(
    exchange: Exchange,
    { candidate }: Attempt,
    { number, spent }: { readonly number: number; readonly spent: SpentUsage },
  ): void {
    const admit = describeAdmit(exchange);
    if (admit === undefined) return;
    const own = { ...admit, gateway_request_id: `${admit.gateway_request_id}.${number}` };
    // Its request is noted down already, so nothing is sent before this is.
    void this.journal.admit(own);
    this.journal.confirm({ ...this.describeOutcome(exchange, own, spent, candidate) });
  }

  private settle(exchange: Exchange, admit: AdmitSpend, outcome: ExchangeOutcome): void {
    if (outcome.kind === 'provider_refused') {
      const error = { type: upstreamErrorType(outcome.status), http_status: outcome.status };
      this.fail(exchange, admit, NOTHING_SPENT, error);
      return;
    }
    const error = END_ERRORS[outcome.end];
    const { candidate } = exchange;
    if (error === undefined)
      this.journal.confirm(this.describeOutcome(exchange, admit, outcome.spent, candidate, true));
    else this.fail(exchange, admit, outcome.spent, error);
  }

  private fail(exchange: Exchange, admit: AdmitSpend, spent: SpentUsage, error: FailSpend['error']): void {
    this.journal.fail({ ...this.describeOutcome(exchange, admit, spent, exchange.candidate, true), error });
  }

  private describeOutcome(
    exchange: Exchange,
    admit: AdmitSpend,
    { usage, estimated }: SpentUsage,
    candidate: Candidate | undefined,
    explained = false,
  ): Outcome {
    const { outcome_carries_attribution: _, occurred_at: admittedAt, ...attribution } = admit;
    return {
      ...attribution,
      occurred_at: this.clock.now(),
      admitted_at: admittedAt,
      usage,
      duration_ms: Math.max(0, Math.round(this.clock.monotonicMs() - exchange.startedAtMs)),
      ...(candidate === undefined ? {} : { model: candidate.model, model_provider_id: candidate.modelProvider.id }),
      ...(estimated ? { usage_estimated: true } : {}),
      ...(explained ? { explanation: explain(exchange) } : {}),
    };
  }
}

type Outcome = Omit<FailSpend, 'error'> & { readonly usage: SpendUsage };

const NOTHING_SPENT: SpentUsage = { usage: NO_SPEND_USAGE, estimated: false };

/** Ends of an answer that are failures, as spend records name them. */
const END_ERRORS: Partial<Record<Extract<ExchangeOutcome, { kind: 'answered' }>['end'], FailSpend['error']>> = {
  client_gone: { type: 'client_gone', http_status: 499 },
  cut: { type: 'upstream_mid_stream_failure', http_status: 502 },
  stalled: { type: 'upstream_mid_stream_timeout', http_status: 504 },
  deadline: { type: 'deadline_exceeded', http_status: 504 },
  error_event: { type: 'provider_error', http_status: 502 },
  virtual_key_revoked: { type: 'virtual_key_revoked', http_status: 403 },
  virtual_key_disabled: { type: 'virtual_key_disabled', http_status: 403 },
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
