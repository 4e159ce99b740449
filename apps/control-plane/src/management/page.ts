import { apiError } from '../errors/api-error.js';

/** The rows of a page, fetched with one more than `limit` to know whether another page follows. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Id of the last item, or null when there is no further page. */
  readonly lastId: string | null;
}

/** Cuts `rows`, of which one more than `limit` was asked for, to a page. */
export function cutPage<Item extends { readonly id: string }>(rows: readonly Item[], limit: number): Page<Item> {
  const items = rows.slice(0, limit);
  return { items, lastId: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Writes the id of a page's last item as the opaque `next_cursor`. */
export function encodeCursor(lastId: string | null): string | null {
  return lastId === null ? null : Buffer.from(lastId, 'utf8').toString('base64url');
}

/** Reads a cursor back. Undefined when it is not one that {@link encodeCursor} wrote. */
export function decodeCursor(cursor: string): string | undefined {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  return encodeCursor(id) === cursor && /^[a-z]+_[\w-]+$/.test(id) ? id : undefined;
}

/** Reads the `cursor` of a request; absent stays absent. Throws 400 `invalid_cursor`. */
export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = decodeCursor(cursor);
  if (id === undefined) throw apiError('invalid_cursor');
  return id;
}
