/** An id, at most one collection or act below it, and a query. */
const STORED_RESPONSE_PATH = /^\/[\w-]+(?:\/(?:cancel|input_items))?(?:\?[\x21-\x7e]*)?$/;

/**
 * True when `path` names a stored response and nothing else, so that an id which a client chose cannot lead a
 * provider's key to another part of its API.
 */
export function isStoredResponsePath(path: string): boolean {
  return STORED_RESPONSE_PATH.test(path);
}
