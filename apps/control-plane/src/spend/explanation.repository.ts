import { type RequestExplanation, requestExplanationSchema } from '#gateway-protocol';
import type { DatabaseHandle } from '../database/database.js';
import type { LineKey } from './ledger.repository.js';

/** An explanation and the line that it belongs to. */
export interface ExplainedLine extends LineKey {
  readonly explanation: RequestExplanation;
}

/** Keeps explanations, in the transaction that holds their lines. The first one of a request stays. */
export async function keepExplanations(
  database: DatabaseHandle,
  explained: readonly ExplainedLine[],
  recordedAtMs: number,
): Promise<void> {
  if (explained.length === 0) return;
  const rows = explained.map(({ projectId, gatewayRequestId, explanation }) => ({
    project_id: projectId,
    gateway_request_id: gatewayRequestId,
    explanation: JSON.stringify(explanation),
    recorded_at: new Date(recordedAtMs),
  }));
  await database
    .insertInto('request_explanations')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['project_id', 'gateway_request_id']).doNothing())
    .execute();
}

/** Reads the explanation of a request; undefined when there is none that this version can read. */
export async function findExplanation(
  database: DatabaseHandle,
  { projectId, gatewayRequestId }: LineKey,
): Promise<RequestExplanation | undefined> {
  const row = await database
    .selectFrom('request_explanations')
    .select('explanation')
    .where('project_id', '=', projectId)
    .where('gateway_request_id', '=', gatewayRequestId)
    .executeTakeFirst();
  return requestExplanationSchema.safeParse(row?.explanation).data;
}
