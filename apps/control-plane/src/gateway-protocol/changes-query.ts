import { protocolError } from './protocol-error.js';
import { changeCursorsRequestSchema } from '#gateway-protocol';
import type { FeedQuestion } from '../change-events/change-feed.js';
import type { MultiplexedQuestion } from '../change-events/multiplexed-feed.js';

/** Bounds of a long poll, and its length when the gateway does not say (contract 3.7). */
const TIMEOUT_SECONDS_MIN = 1;
const TIMEOUT_SECONDS_MAX = 25;
const TIMEOUT_SECONDS_DEFAULT = 10;
/** Revisions are 64-bit: more digits name none. */
const SINCE_FORMAT = /^\d{1,18}$/;

/**
 * Reads the body of `POST /changes`. Throws `invalid_cursors`; clamps `timeout_s`.
 */
export function parseChangeCursors(body: unknown): MultiplexedQuestion {
  const request = changeCursorsRequestSchema.safeParse(body);
  if (!request.success) throw protocolError('invalid_cursors');
  const { cursors, timeout_s: timeout = TIMEOUT_SECONDS_DEFAULT } = request.data;
  return {
    cursors: new Map(Object.entries(cursors).map(([organizationId, since]) => [organizationId, BigInt(since)])),
    timeoutMs: clampSeconds(timeout) * 1000,
  };
}

/** Reads the query of `GET /changes`. Throws `missing_organization_id` and `invalid_since`; clamps `timeout_s`. */
export function parseChangesQuery(query: Readonly<Record<string, unknown>>): FeedQuestion {
  const { organization_id: organizationId, since = '0', timeout_s: timeout } = query;
  if (typeof organizationId !== 'string' || organizationId === '') throw protocolError('missing_organization_id');
  if (typeof since !== 'string' || !SINCE_FORMAT.test(since)) throw protocolError('invalid_since');
  return { organizationId, since: BigInt(since), timeoutMs: timeoutSeconds(timeout) * 1000 };
}

function timeoutSeconds(value: unknown): number {
  const wanted = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  if (!Number.isFinite(wanted)) return TIMEOUT_SECONDS_DEFAULT;
  return clampSeconds(wanted);
}

function clampSeconds(wanted: number): number {
  return Math.min(TIMEOUT_SECONDS_MAX, Math.max(TIMEOUT_SECONDS_MIN, wanted));
}
