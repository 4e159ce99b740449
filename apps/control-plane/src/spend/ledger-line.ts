import type { Row } from '../database/schema.js';
import type { Rating } from './rating.js';
import type { SpendDraft } from './spend-draft.js';

/** A line of the ledger, without the date of its writing. */
export type LedgerLine = Omit<Row<'spend_ledger'>, 'recorded_at'>;

/** What a draft is completed with before it becomes part of a line. */
export interface LineContext {
  readonly organizationId: string;
  readonly teamId: string | null;
  readonly principalOf: (virtualKeyId: string) => string | null;
  /** The rating of the draft's outcome; undefined when the draft has none. */
  readonly rating: Rating | undefined;
  readonly nowMs: number;
}

/**
 * Adds what a draft says to a line, or opens a new one. What the line holds already stays as it is: the first admit and
 * the first outcome win, so adding the same draft again changes nothing.
 */
export function mergeLine(line: LedgerLine | undefined, draft: SpendDraft, context: LineContext): LedgerLine {
  const admitted = mergeAdmit(line ?? openLine(draft, context), draft, context);
  return mergeOutcome(admitted, draft, context);
}

function openLine(draft: SpendDraft, { organizationId, teamId, nowMs }: LineContext): LedgerLine {
  return {
    project_id: draft.projectId,
    gateway_request_id: draft.gatewayRequestId,
    organization_id: organizationId,
    team_id: teamId,
    virtual_key_id: null,
    principal_id: null,
    end_user_id: null,
    trace_id: null,
    request_type: null,
    labels: [],
    metadata: null,
    model_requested: null,
    model: null,
    model_provider_id: null,
    admitted_at: null,
    outcome: null,
    occurred_at: new Date(nowMs),
    error_type: null,
    http_status: null,
    duration_ms: null,
    input_tokens: 0n,
    output_tokens: 0n,
    cache_read_input_tokens: 0n,
    cache_creation_input_tokens: 0n,
    cache_creation_1h_tokens: 0n,
    reasoning_tokens: 0n,
    input_audio_tokens: 0n,
    output_audio_tokens: 0n,
    input_chars: 0n,
    audio_ms: 0n,
    usage_estimated: false,
    cost_nano_usd: null,
    pricing: null,
    price_id: null,
    rated_at: null,
    debited_at: null,
    pod_id: null,
    pod_seq: null,
  };
}

type Attribution = Pick<
  NonNullable<SpendDraft['outcome']>['payload'],
  'virtual_key_id' | 'end_user_id' | 'trace_id' | 'request_type' | 'labels' | 'metadata'
>;

function mergeAttribution(line: LedgerLine, said: Attribution, context: LineContext): LedgerLine {
  const virtualKeyId = line.virtual_key_id ?? nonEmpty(said.virtual_key_id);
  return {
    ...line,
    virtual_key_id: virtualKeyId,
    principal_id: line.principal_id ?? (virtualKeyId === null ? null : context.principalOf(virtualKeyId)),
    end_user_id: line.end_user_id ?? nonEmpty(said.end_user_id),
    trace_id: line.trace_id ?? nonEmpty(said.trace_id),
    request_type: line.request_type ?? nonEmpty(said.request_type),
    labels: line.labels.length > 0 ? line.labels : (said.labels ?? []),
    metadata: line.metadata ?? parseMetadata(said.metadata),
  };
}

function mergeAdmit(line: LedgerLine, { admit }: SpendDraft, context: LineContext): LedgerLine {
  if (admit === undefined || line.model_requested !== null) return line;
  const { payload } = admit;
  const admittedAt = new Date(payload.occurred_at);
  return {
    ...mergeAttribution(line, payload, context),
    model_requested: payload.model,
    admitted_at: line.admitted_at ?? admittedAt,
    occurred_at: line.outcome === null ? admittedAt : line.occurred_at,
    pod_id: line.pod_id ?? admit.podId,
    pod_seq: line.pod_id === null ? BigInt(admit.podSeq) : line.pod_seq,
  };
}

function mergeOutcome(line: LedgerLine, { outcome }: SpendDraft, context: LineContext): LedgerLine {
  const { rating, nowMs } = context;
  if (outcome === undefined || rating === undefined || line.outcome !== null) return line;
  const { payload } = outcome;
  return {
    ...mergeAttribution(line, payload, context),
    ...usageColumns(payload.usage),
    outcome: outcome.kind,
    occurred_at: new Date(payload.occurred_at),
    admitted_at: line.admitted_at ?? (payload.admitted_at === undefined ? null : new Date(payload.admitted_at)),
    model: nonEmpty(payload.model),
    model_provider_id: nonEmpty(payload.model_provider_id),
    duration_ms: BigInt(payload.duration_ms),
    usage_estimated: payload.usage_estimated ?? false,
    error_type: outcome.kind === 'failed' ? outcome.payload.error.type : null,
    http_status: outcome.kind === 'failed' ? outcome.payload.error.http_status : null,
    cost_nano_usd: rating.costNanoUsd,
    pricing: rating.pricing,
    price_id: rating.applied?.id ?? null,
    rated_at: new Date(nowMs),
    pod_id: outcome.podId,
    pod_seq: BigInt(outcome.podSeq),
  };
}

function usageColumns(usage: NonNullable<SpendDraft['outcome']>['payload']['usage']) {
  return {
    input_tokens: BigInt(usage.input_tokens),
    output_tokens: BigInt(usage.output_tokens),
    cache_read_input_tokens: BigInt(usage.cache_read_input_tokens),
    cache_creation_input_tokens: BigInt(usage.cache_creation_input_tokens),
    cache_creation_1h_tokens: BigInt(usage.cache_creation_1h_tokens),
    reasoning_tokens: BigInt(usage.reasoning_tokens),
    input_audio_tokens: BigInt(usage.input_audio_tokens),
    output_audio_tokens: BigInt(usage.output_audio_tokens),
    input_chars: BigInt(usage.input_chars),
    audio_ms: BigInt(usage.audio_ms),
  };
}

/** The schema has checked that it is the text of a JSON object. */
function parseMetadata(text: string | undefined): Record<string, unknown> | null {
  return text === undefined ? null : JSON.parse(text);
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
