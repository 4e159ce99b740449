/** What undici, and HTTP, allow in the value of a header. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** True when `text` can be the value of a header as it is. */
export function isHeaderValue(text: string): boolean {
  return HEADER_VALUE.test(text);
}

/** A secret of a credential without the white space that pasting leaves around it; empty when there is none. */
export function secretOf(credentials: Readonly<Record<string, string>>, name: string): string {
  return credentials[name]?.trim() ?? '';
}
