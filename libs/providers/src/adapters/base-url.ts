/** Where a vendor's API lives, taken apart once. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What stands before every path of the API; empty or `/…` without a slash at its end. */
  readonly path: string;
}

/** Takes off trailing slashes and one trailing `/v1`, which the route adds again (contract 8.2). */
export function normalizeBaseUrl(baseUrl: string): string {
  return withoutEnd(baseUrl, /\/v1$/);
}

/** Takes off trailing slashes and `end`, once, so that a base URL may be written with or without it. */
export function withoutEnd(baseUrl: string, end: RegExp): string {
  return withoutSlashes(withoutSlashes(baseUrl.trim()).replace(end, ''));
}

/**
 * Reads a base URL; undefined when it is anything but a plain http or https URL, without credentials, query or fragment.
 */
export function parseBaseUrl(text: string): BaseUrl | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  if (url.username + url.password + url.search + url.hash !== '') return undefined;
  return { origin: url.origin, path: withoutSlashes(url.pathname) };
}

/** Not a regular expression: those look at every slash of a run once per slash. */
function withoutSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}
