import type { RequestExplanation } from '#gateway-protocol';

import { formatUsd, jsonInteger } from '../budgets/usd.js';
import type { Row } from '../database/schema.js';
import type { RequestLines } from './request-lines.js';
import type { ExplainedRequest, RequestLineView } from './request.schema.js';

type Line = Row<'spend_ledger'>;

/** Everything that is known of a request. */
export interface RequestFacts extends RequestLines {
  readonly virtualKey: Pick<Row<'virtual_keys'>, 'id' | 'display_prefix' | 'name'> | undefined;
  readonly explanation: RequestExplanation | undefined;
}

/** Shows a request as the API does. */
export function viewRequest({ answer, sides, virtualKey, explanation }: RequestFacts): ExplainedRequest {
  const lines = [answer, ...sides];
  const priced = lines.flatMap(({ cost_nano_usd: cost }) => (cost === null ? [] : [cost]));
  const isOver = answer.outcome !== null;
  return {
    id: answer.gateway_request_id,
    virtual_key: viewKey(answer, virtualKey),
    project_id: answer.project_id,
    principal_user_id: answer.principal_id,
    end_user_id: answer.end_user_id,
    trace_id: answer.trace_id,
    request_type: answer.request_type,
    admitted_at: answer.admitted_at?.toISOString() ?? null,
    ended_at: isOver ? answer.occurred_at.toISOString() : null,
    duration_ms: answer.duration_ms === null ? null : Number(answer.duration_ms),
    outcome: answer.outcome,
    error: answer.error_type === null ? null : { type: answer.error_type, http_status: answer.http_status ?? 0 },
    requested_model: explanation?.requested_model ?? answer.model_requested,
    resolved_model: explanation?.resolved_model ?? null,
    routing: explanation === undefined ? null : viewRouting(explanation),
    ...viewCost(priced.length === 0 ? null : priced.reduce((sum, cost) => sum + cost, 0n)),
    unpriced_lines: lines.filter(({ pricing }) => pricing === 'unpriced').length,
    lines: lines.map((line) => viewLine(line, line === answer ? 'answer' : 'side')),
  };
}

/** The ledger outlives keys, so the key may be known by its id alone. */
function viewKey({ virtual_key_id: id }: Line, key: RequestFacts['virtualKey']): ExplainedRequest['virtual_key'] {
  return id === null ? null : { id, display_prefix: key?.display_prefix ?? null, name: key?.name ?? null };
}

function viewRouting(explanation: RequestExplanation): NonNullable<ExplainedRequest['routing']> {
  return {
    inbound_dialect: explanation.inbound_dialect,
    strategy: explanation.strategy,
    policy_name: explanation.policy_name ?? null,
    candidates: explanation.candidates,
    attempts: explanation.attempts,
    dropped_fields: explanation.dropped ?? [],
    resumed: explanation.resumed ?? null,
    streamed: explanation.streamed ?? null,
  };
}

function viewLine(line: Line, role: RequestLineView['role']): RequestLineView {
  return {
    id: line.gateway_request_id,
    role,
    model: line.model,
    model_provider_id: line.model_provider_id,
    outcome: line.outcome,
    ...viewCost(line.cost_nano_usd),
    pricing: line.pricing,
    price_id: line.price_id,
    usage: viewUsage(line),
    usage_estimated: line.usage_estimated,
  };
}

function viewCost(nanoUsd: bigint | null) {
  if (nanoUsd === null) return { cost_usd: null, cost_nano_usd: null };
  return { cost_usd: formatUsd(nanoUsd), cost_nano_usd: jsonInteger(nanoUsd) };
}

function viewUsage(line: Line): RequestLineView['usage'] {
  return {
    input_tokens: Number(line.input_tokens),
    output_tokens: Number(line.output_tokens),
    cache_read_input_tokens: Number(line.cache_read_input_tokens),
    cache_creation_input_tokens: Number(line.cache_creation_input_tokens),
    cache_creation_1h_tokens: Number(line.cache_creation_1h_tokens),
    reasoning_tokens: Number(line.reasoning_tokens),
    input_audio_tokens: Number(line.input_audio_tokens),
    output_audio_tokens: Number(line.output_audio_tokens),
    input_chars: Number(line.input_chars),
    audio_ms: Number(line.audio_ms),
  };
}
