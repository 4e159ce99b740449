import { sql } from 'kysely';
import type { Channel } from '../change-events/change-listener.js';
import type { DatabaseHandle } from '../database/database.js';

/** How long a gateway that was heard of counts as running. Longer than any poll holds. */
export const LIVE_MS = 30_000;

const ACKNOWLEDGEMENTS: Channel = 'gateway_acknowledgements';

/** A gateway was heard of. */
export interface ReplicaSighting {
  readonly nodeId: string;
  readonly version: string;
  readonly seenAtMs: number;
}

/** A gateway said how far it has applied an organization's changes. */
export interface CursorSighting {
  readonly nodeId: string;
  readonly organizationId: string;
  readonly appliedRevision: bigint;
  readonly polledAtMs: number;
}

/** A running gateway that may hold keys of an organization. */
export interface LiveCursor {
  readonly nodeId: string;
  readonly appliedRevision: bigint;
}

/** Writes down which gateways were heard of, whatever their number, in one statement. */
export async function writeReplicas(database: DatabaseHandle, sightings: readonly ReplicaSighting[]): Promise<void> {
  if (sightings.length === 0) return;
  await sql`
    INSERT INTO gateway_replicas (node_id, version, started_at, last_seen_at)
    SELECT node_id, version, seen_at, seen_at FROM unnest(
      ${sightings.map(({ nodeId }) => nodeId)}::text[],
      ${sightings.map(({ version }) => version)}::text[],
      ${sightings.map(({ seenAtMs }) => new Date(seenAtMs))}::timestamptz[]
    ) AS seen (node_id, version, seen_at)
    -- One order for all writers, so that two of them never wait for each other.
    ORDER BY node_id
    ON CONFLICT (node_id) DO UPDATE SET
      version = excluded.version,
      last_seen_at = excluded.last_seen_at,
      started_at = CASE
        WHEN gateway_replicas.last_seen_at < excluded.last_seen_at - ${LIVE_MS} * interval '1 millisecond'
          OR gateway_replicas.version <> excluded.version
        THEN excluded.last_seen_at ELSE gateway_replicas.started_at END
    WHERE gateway_replicas.last_seen_at <= excluded.last_seen_at`.execute(database);
}

/**
 * Writes down how far gateways are, and announces it to whoever waits for them.
 *
 * A revision that the organization has not reached is no acknowledgement: it is how a gateway asks for the present, or
 * what it remembers of a database that was since restored. It is written as 0. Unknown organizations are left out.
 */
export async function writeCursors(database: DatabaseHandle, sightings: readonly CursorSighting[]): Promise<void> {
  if (sightings.length === 0) return;
  await sql`
    WITH written AS (
      INSERT INTO gateway_cursors (node_id, organization_id, applied_revision, polled_at)
      SELECT node_id, organization_id, CASE WHEN applied > newest THEN 0 ELSE applied END, polled_at
      FROM unnest(
        ${sightings.map(({ nodeId }) => nodeId)}::text[],
        ${sightings.map(({ organizationId }) => organizationId)}::text[],
        ${sightings.map(({ appliedRevision }) => appliedRevision)}::bigint[],
        ${sightings.map(({ polledAtMs }) => new Date(polledAtMs))}::timestamptz[]
      ) AS seen (node_id, organization_id, applied, polled_at)
      JOIN organizations ON organizations.id = seen.organization_id
      CROSS JOIN LATERAL (
        SELECT coalesce(max(revision), 0) AS newest FROM change_events
        WHERE change_events.organization_id = seen.organization_id
      ) AS feed
      ORDER BY node_id, organization_id
      ON CONFLICT (node_id, organization_id) DO UPDATE SET
        applied_revision = excluded.applied_revision,
        polled_at = excluded.polled_at
      -- Of several control planes, the one that heard it last is right.
      WHERE gateway_cursors.polled_at <= excluded.polled_at
      RETURNING organization_id
    )
    SELECT pg_notify(${ACKNOWLEDGEMENTS}, organization_id) FROM (SELECT DISTINCT organization_id FROM written) AS told
  `.execute(database);
}

/**
 * Makes sure that a gateway counts as one that may hold keys of an organization, before it gets one. Its position is
 * left alone when it has one.
 */
export async function writeHolder(
  database: DatabaseHandle,
  nodeId: string,
  organizationId: string,
  nowMs: number,
): Promise<void> {
  await sql`
    INSERT INTO gateway_cursors (node_id, organization_id, applied_revision, polled_at)
    VALUES (${nodeId}, ${organizationId}, 0, ${new Date(nowMs)})
    ON CONFLICT (node_id, organization_id) DO UPDATE SET polled_at = excluded.polled_at
    WHERE gateway_cursors.polled_at < excluded.polled_at`.execute(database);
}

/** Like {@link writeHolder}, for every organization that has an active key. */
export async function writeHolderOfAll(database: DatabaseHandle, nodeId: string, nowMs: number): Promise<void> {
  await sql`
    INSERT INTO gateway_cursors (node_id, organization_id, applied_revision, polled_at)
    SELECT ${nodeId}::text, id, 0, ${new Date(nowMs)}::timestamptz FROM organizations
    WHERE EXISTS (SELECT FROM virtual_keys WHERE organization_id = organizations.id AND status = 'active')
    ORDER BY id
    ON CONFLICT (node_id, organization_id) DO UPDATE SET polled_at = excluded.polled_at
    WHERE gateway_cursors.polled_at < excluded.polled_at`.execute(database);
}

/** The running gateways that may hold keys of an organization, by name. */
export async function readLiveCursors(
  database: DatabaseHandle,
  organizationId: string,
  nowMs: number,
): Promise<readonly LiveCursor[]> {
  const rows = await database
    .selectFrom('gateway_cursors')
    .select(['node_id', 'applied_revision'])
    .where('organization_id', '=', organizationId)
    .where('polled_at', '>', new Date(nowMs - LIVE_MS))
    .orderBy('node_id')
    .execute();
  return rows.map((row) => ({ nodeId: row.node_id, appliedRevision: row.applied_revision }));
}

/** Forgets gateways that were last heard of before `beforeMs`. */
export async function deleteForgottenGateways(database: DatabaseHandle, beforeMs: number): Promise<void> {
  await database.deleteFrom('gateway_cursors').where('polled_at', '<', new Date(beforeMs)).execute();
  await database.deleteFrom('gateway_replicas').where('last_seen_at', '<', new Date(beforeMs)).execute();
}
