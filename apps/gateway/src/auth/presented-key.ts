import type { IncomingHttpHeaders } from 'node:http';

/** Headers that carry a virtual key by themselves, in the order in which they are looked at. */
const KEY_HEADERS = ['x-api-key', 'api-key', 'x-goog-api-key', 'xi-api-key'] as const;

const BEARER = /^bearer\s+(\S.*)$/i;

/** Longest key that is looked up; anything longer cannot be one of ours. */
const KEY_CHARACTERS_MAX = 512;

/**
 * The virtual key that a request presents: a bearer token first, then the header of each vendor's SDK (contract 2.4),
 * then the `key` of the query where the endpoint allows it, which is when `url` is given.
 *
 * An `Authorization` header of another scheme is passed over. Undefined when there is no key, or one too long to be
 * ours.
 */
export function readPresentedKey(headers: IncomingHttpHeaders, url?: string): string | undefined {
  const bearer = headers.authorization === undefined ? null : BEARER.exec(headers.authorization);
  let key = bearer?.[1]?.trim();
  for (const name of KEY_HEADERS) {
    if (key) break;
    const value = headers[name];
    key = (Array.isArray(value) ? value[0] : value)?.trim();
  }
  key ||= readQueryKey(url);
  return key && key.length <= KEY_CHARACTERS_MAX ? key : undefined;
}

function readQueryKey(url: string | undefined): string | undefined {
  const query = url === undefined ? -1 : url.indexOf('?');
  if (url === undefined || query === -1) return undefined;
  return new URLSearchParams(url.slice(query)).get('key')?.trim();
}
