import { sql } from 'kysely';
import type { DatabaseHandle } from '../database/database.js';
import type { NewRow } from '../database/schema.js';
import type { LedgerLine } from './ledger-line.js';

/** Names a line. */
export interface LineKey {
  readonly projectId: string;
  readonly gatewayRequestId: string;
}

/** Values by the two parts of a line's key. */
export class LineMap<Value> {
  private readonly values = new Map<string, Value>();

  set(projectId: string, gatewayRequestId: string, value: Value): void {
    this.values.set(JSON.stringify([projectId, gatewayRequestId]), value);
  }

  get(projectId: string, gatewayRequestId: string): Value | undefined {
    return this.values.get(JSON.stringify([projectId, gatewayRequestId]));
  }

  has(projectId: string, gatewayRequestId: string): boolean {
    return this.values.has(JSON.stringify([projectId, gatewayRequestId]));
  }
}

/**
 * Inserts the lines that are new and leaves the others alone. Returns those that it inserted.
 *
 * Lines go in by the order of their keys: two batches that share requests meet at the first shared one, and the later
 * batch waits there while it holds nothing that the earlier one still needs.
 */
export async function insertLines(database: DatabaseHandle, lines: readonly LedgerLine[]): Promise<LineMap<true>> {
  const inserted = new LineMap<true>();
  const rows = await database
    .insertInto('spend_ledger')
    .values(inKeyOrder(lines).map(toRow))
    .onConflict((conflict) => conflict.columns(['project_id', 'gateway_request_id']).doNothing())
    .returning(['project_id', 'gateway_request_id'])
    .execute();
  for (const row of rows) inserted.set(row.project_id, row.gateway_request_id, true);
  return inserted;
}

/** Reads lines and holds them until the transaction ends; they are taken by the order of their keys. */
export async function lockLines(database: DatabaseHandle, keys: readonly LineKey[]): Promise<LineMap<LedgerLine>> {
  const held = new LineMap<LedgerLine>();
  if (keys.length === 0) return held;
  const wanted = keys.map(({ projectId, gatewayRequestId }) => sql`(${projectId}, ${gatewayRequestId})`);
  const rows = await database
    .selectFrom('spend_ledger')
    .selectAll()
    .where(sql<boolean>`(project_id, gateway_request_id) IN (${sql.join(wanted)})`)
    .orderBy('project_id')
    .orderBy('gateway_request_id')
    .forUpdate()
    .execute();
  for (const { recorded_at: _, ...line } of rows) held.set(line.project_id, line.gateway_request_id, line);
  return held;
}

/** Writes lines that the transaction holds. */
export async function replaceLines(database: DatabaseHandle, lines: readonly LedgerLine[]): Promise<void> {
  const [first] = lines;
  if (first === undefined) return;
  const row = toRow(first);
  const columns = Object.keys(row).filter((column) => column !== 'project_id' && column !== 'gateway_request_id');
  await database
    .insertInto('spend_ledger')
    .values(inKeyOrder(lines).map(toRow))
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'gateway_request_id'])
        .doUpdateSet(Object.fromEntries(columns.map((column) => [column, sql.ref(`excluded.${column}`)]))),
    )
    .execute();
}

function toRow(line: LedgerLine): NewRow<'spend_ledger'> {
  return { ...line, metadata: line.metadata === null ? null : JSON.stringify(line.metadata) };
}

function inKeyOrder(lines: readonly LedgerLine[]): readonly LedgerLine[] {
  return lines.toSorted((left, right) => {
    if (left.project_id !== right.project_id) return left.project_id < right.project_id ? -1 : 1;
    return left.gateway_request_id < right.gateway_request_id ? -1 : 1;
  });
}
