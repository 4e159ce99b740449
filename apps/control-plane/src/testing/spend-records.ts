import { NO_SPEND_USAGE } from '#gateway-protocol';

/** Changes to a record's payload; `usage` is merged into a usage of nothing. */
export type RecordChange = Readonly<Record<string, unknown>>;

/** When the records of tests happen, milliseconds since the epoch. */
export const OCCURRED_AT_MS = Date.UTC(2026, 0, 15, 12);

let podSeq = 0;

/** An admit as a gateway sends it. */
export function admit(requestId: string, change: RecordChange = {}) {
  return record('admitSpend', {
    gateway_request_id: requestId,
    occurred_at: OCCURRED_AT_MS,
    project_id: 'project_x',
    organization_id: 'org_z',
    virtual_key_id: 'vk_x',
    model: 'fast',
    request_type: 'chat',
    outcome_carries_attribution: true,
    ...change,
  });
}

/** A successful outcome as a gateway sends it. */
export function confirm(requestId: string, change: RecordChange = {}) {
  return record('confirmSpend', outcome(requestId, change));
}

/** A failed outcome as a gateway sends it. */
export function fail(requestId: string, change: RecordChange = {}) {
  return record('failSpend', { error: { type: 'provider_error', http_status: 502 }, ...outcome(requestId, change) });
}

function outcome(requestId: string, { usage, ...change }: RecordChange): Record<string, unknown> {
  return {
    gateway_request_id: requestId,
    occurred_at: OCCURRED_AT_MS + 1_000,
    admitted_at: OCCURRED_AT_MS,
    project_id: 'project_x',
    organization_id: 'org_z',
    virtual_key_id: 'vk_x',
    model: 'gpt-4o-mini',
    request_type: 'chat',
    duration_ms: 1_000,
    usage: { ...NO_SPEND_USAGE, ...(typeof usage === 'object' ? usage : {}) },
    ...change,
  };
}

function record(command: string, payload: Record<string, unknown>) {
  podSeq += 1;
  return { command, payload, pod_id: 'gw-test', pod_seq: podSeq };
}
