import { sql } from 'kysely';

import type { DatabaseHandle } from '../database/database.js';
import { LIVE_MS } from './fleet.repository.js';
import type { GatewayView } from './gateway.routes.js';

/** Gateways that are listed at most. */
const GATEWAYS_MAX = 1_000;

interface GatewayRow {
  readonly node_id: string;
  readonly version: string;
  readonly started_at: Date;
  readonly last_seen_at: Date;
  readonly applied_revision: bigint | null;
  readonly lag_revisions: bigint;
  readonly oldest_pending_at: Date | null;
}

/** The running gateways, and how far each is with the changes of an organization. */
export async function listGateways(
  database: DatabaseHandle,
  organizationId: string,
  nowMs: number,
): Promise<{ readonly current_revision: string; readonly data: GatewayView[] }> {
  const since = new Date(nowMs - LIVE_MS);
  const { newest } = await database
    .selectFrom('change_events')
    .select((build) => build.fn.max<bigint | null>('revision').as('newest'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  const { rows } = await sql<GatewayRow>`
    SELECT replicas.*, cursors.applied_revision, lag.lag_revisions, lag.oldest_pending_at
    FROM gateway_replicas AS replicas
    LEFT JOIN gateway_cursors AS cursors
      ON cursors.node_id = replicas.node_id AND cursors.organization_id = ${organizationId} AND cursors.polled_at > ${since}
    CROSS JOIN LATERAL (
      SELECT count(*) AS lag_revisions, min(created_at) AS oldest_pending_at FROM change_events
      WHERE organization_id = ${organizationId} AND revision > cursors.applied_revision
    ) AS lag
    WHERE replicas.last_seen_at > ${since}
    ORDER BY replicas.node_id
    LIMIT ${GATEWAYS_MAX}`.execute(database);
  return { current_revision: String(newest ?? 0n), data: rows.map((row) => viewGateway(row, nowMs)) };
}

function viewGateway(row: GatewayRow, nowMs: number): GatewayView {
  const isFollowing = row.applied_revision !== null;
  const lagMs = row.oldest_pending_at === null ? 0 : Math.max(0, nowMs - row.oldest_pending_at.getTime());
  return {
    node_id: row.node_id,
    version: row.version,
    started_at: row.started_at.toISOString(),
    last_seen_at: row.last_seen_at.toISOString(),
    applied_revision: row.applied_revision === null ? null : row.applied_revision.toString(),
    lag_revisions: isFollowing ? Number(row.lag_revisions) : null,
    lag_seconds: isFollowing ? lagMs / 1000 : null,
  };
}
