/**
 * `text` as one segment of a path, or undefined when it cannot be one: an empty or dot segment would change the path
 * around it, also when it is percent-encoded.
 */
export function encodePathSegment(text: string): string | undefined {
  if (text === '' || text === '.' || text === '..') return undefined;
  // A lone surrogate, which JSON can carry, has no UTF-8 and would make the encoder throw.
  return encodeURIComponent(text.toWellFormed());
}
