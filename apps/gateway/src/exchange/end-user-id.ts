import type { IncomingHttpHeaders } from 'node:http';

/** Headers that name the end user, in order of precedence; the second eases migrations. */
const END_USER_HEADERS = ['x-langwatch-end-user-id', 'x-litellm-end-user-id'] as const;

/** Longest end-user id; a longer one is cut off there, as the control plane would refuse it. */
const END_USER_ID_CHARACTERS_MAX = 256;

/** The end user that a request is for, or undefined when the client names none. */
export function readEndUserId(headers: IncomingHttpHeaders): string | undefined {
  for (const name of END_USER_HEADERS) {
    const value = headers[name];
    const id = (Array.isArray(value) ? value[0] : value)?.trim();
    if (id) return id.slice(0, END_USER_ID_CHARACTERS_MAX);
  }
  return undefined;
}
