import {
  type AdmitSpend,
  type ConfirmSpend,
  type FailSpend,
  type SpendBatchResponse,
  type SpendRecord,
  requestExplanationSchema,
  spendRecordSchema,
} from '#gateway-protocol';

/** Where a record comes from: the replica and its running number. */
export interface RecordOrigin {
  readonly podId: string;
  readonly podSeq: number;
}

/** How a request ended. */
export type DraftOutcome = RecordOrigin &
  (
    | { readonly kind: 'confirmed'; readonly payload: ConfirmSpend }
    | { readonly kind: 'failed'; readonly payload: FailSpend }
  );

/** What one batch says about one request. */
export interface SpendDraft {
  readonly projectId: string;
  readonly gatewayRequestId: string;
  /** Positions in the batch of the records that were taken together. */
  readonly indexes: readonly number[];
  readonly admit: (RecordOrigin & { readonly payload: AdmitSpend }) | undefined;
  /** The first one: later outcomes of the same request are repetitions. */
  readonly outcome: DraftOutcome | undefined;
}

export type SpendRejection = SpendBatchResponse['rejected'][number];

/** A NUL or half of a surrogate pair, as JSON.stringify writes them. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Reads a batch. Records that are not valid are rejected one by one; the rest is put together by request. */
export function readDrafts(records: readonly unknown[]): {
  readonly drafts: readonly SpendDraft[];
  readonly rejected: readonly SpendRejection[];
} {
  const drafts = new Map<string, SpendDraft>();
  const rejected: SpendRejection[] = [];
  records.forEach((candidate, index) => {
    const record = spendRecordSchema.safeParse(withoutBadExplanation(candidate));
    if (!record.success || !isStorable(record.data.payload)) {
      rejected.push({ index, code: lacksProject(candidate) ? 'missing_project_id' : 'invalid_payload' });
      return;
    }
    const { project_id: projectId, gateway_request_id: requestId } = record.data.payload;
    const key = JSON.stringify([projectId, requestId]);
    drafts.set(key, addRecord(drafts.get(key), record.data, index));
  });
  return { drafts: [...drafts.values()], rejected };
}

/**
 * An explanation that is not valid is left out: it is there for people to look at, and what a request cost must not be
 * lost over it. A client must not be able to make it invalid either, by the names in its request.
 */
function withoutBadExplanation(candidate: unknown): unknown {
  const payload = property(candidate, 'payload');
  const explanation = property(payload, 'explanation');
  if (typeof candidate !== 'object' || typeof payload !== 'object' || explanation === undefined) return candidate;
  const read = requestExplanationSchema.safeParse(explanation);
  if (read.success && !UNSTORABLE.test(JSON.stringify(read.data))) return candidate;
  return { ...candidate, payload: { ...payload, explanation: undefined } };
}

function addRecord(draft: SpendDraft | undefined, record: SpendRecord, index: number): SpendDraft {
  const origin = { podId: record.pod_id, podSeq: record.pod_seq };
  const held = draft ?? {
    projectId: record.payload.project_id,
    gatewayRequestId: record.payload.gateway_request_id,
    indexes: [],
    admit: undefined,
    outcome: undefined,
  };
  const indexes = [...held.indexes, index];
  switch (record.command) {
    case 'admitSpend':
      return { ...held, indexes, admit: held.admit ?? { ...origin, payload: record.payload } };
    case 'confirmSpend':
      return { ...held, indexes, outcome: held.outcome ?? { ...origin, kind: 'confirmed', payload: record.payload } };
    case 'failSpend':
      return { ...held, indexes, outcome: held.outcome ?? { ...origin, kind: 'failed', payload: record.payload } };
  }
}

function lacksProject(candidate: unknown): boolean {
  const payload = property(candidate, 'payload');
  const projectId = property(payload, 'project_id');
  return typeof payload === 'object' && (projectId === undefined || projectId === null || projectId === '');
}

/** PostgreSQL stores neither NUL nor half characters; one such record must not fail its whole batch. */
function isStorable({ metadata = '{}', ...rest }: SpendRecord['payload']): boolean {
  return !UNSTORABLE.test(JSON.stringify(rest)) && !UNSTORABLE.test(JSON.stringify(JSON.parse(metadata)));
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}
