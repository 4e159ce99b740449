import type { DatabaseHandle } from '../database/database.js';
import type { Row } from '../database/schema.js';

type Line = Row<'spend_ledger'>;

/** The lines of one request. */
export interface RequestLines {
  /** What the client's answer came from. */
  readonly answer: Line;
  /** Attempts with a line of their own, in the order of their numbers. */
  readonly sides: readonly Line[];
}

/** Side attempts that are looked for; a gateway numbers them from 1 and starts far fewer. */
const SIDES_MAX = 64;

/** The id of a side attempt: that of its request, a dot and a number. */
const SIDE_ID = /^(?<requestId>.+)\.[1-9]\d?$/;

/**
 * Finds the lines of a request by its id, or by that of one of its side attempts; undefined when the organization has
 * no such request.
 */
export async function findRequestLines(
  database: DatabaseHandle,
  organizationId: string,
  id: string,
): Promise<RequestLines | undefined> {
  const requestId = SIDE_ID.exec(id)?.groups?.['requestId'] ?? id;
  const found = await database
    .selectFrom('spend_ledger')
    .selectAll()
    // By project, because that is how the ledger is indexed.
    .where('project_id', 'in', (build) =>
      build.selectFrom('projects').select('id').where('organization_id', '=', organizationId),
    )
    .where('gateway_request_id', 'in', [requestId, id])
    .execute();
  const answer = found.find((line) => line.gateway_request_id === requestId) ?? found[0];
  if (answer === undefined) return undefined;
  const sideIds = Array.from({ length: SIDES_MAX }, (_, index) => `${answer.gateway_request_id}.${index + 1}`);
  const sides = await database
    .selectFrom('spend_ledger')
    .selectAll()
    .where('project_id', '=', answer.project_id)
    .where('gateway_request_id', 'in', sideIds)
    .execute();
  const place = (line: Line): number => sideIds.indexOf(line.gateway_request_id);
  return { answer, sides: sides.toSorted((left, right) => place(left) - place(right)) };
}
