import type { Span } from './scan-top-level.js';

/** A replacement of one byte range. An empty range inserts. */
export interface Splice {
  readonly span: Span;
  readonly replacement: string;
}

/**
 * Replaces byte ranges of `document` and leaves every other byte as it is.
 *
 * Ranges must not overlap; their order does not matter. Without splices the same buffer comes back, not a copy.
 */
export function splice(document: Buffer, splices: readonly Splice[]): Buffer {
  if (splices.length === 0) return document;
  const inOrder = [...splices].sort((left, right) => left.span.start - right.span.start);
  const parts: Buffer[] = [];
  let copiedTo = 0;
  for (const { span, replacement } of inOrder) {
    parts.push(document.subarray(copiedTo, span.start), Buffer.from(replacement));
    copiedTo = span.end;
  }
  parts.push(document.subarray(copiedTo));
  return Buffer.concat(parts);
}
