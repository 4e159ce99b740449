import { BOOTSTRAP_KEYS_DEFAULT, BOOTSTRAP_KEYS_MAX } from '#gateway-protocol';
import { apiError } from '../errors/api-error.js';
import { protocolError } from '../gateway-protocol/protocol-error.js';
import { readCursor } from '../management/page.js';
import type { BootstrapQuestion } from './bootstrap-rows.js';

/**
 * Reads the query of `GET /bootstrap`. Throws `invalid_cursor` and `invalid_limit`; a limit beyond the most is cut to it.
 */
export function parseBootstrapQuery(query: Readonly<Record<string, unknown>>): BootstrapQuestion {
  const { cursor, limit = String(BOOTSTRAP_KEYS_DEFAULT) } = query;
  if (typeof limit !== 'string' || !/^[1-9]\d{0,8}$/.test(limit)) throw protocolError('invalid_limit');
  const isFirst = cursor === undefined || cursor === '';
  if (!isFirst && typeof cursor !== 'string') throw apiError('invalid_cursor');
  return { afterId: isFirst ? undefined : readCursor(cursor), limit: Math.min(Number(limit), BOOTSTRAP_KEYS_MAX) };
}
