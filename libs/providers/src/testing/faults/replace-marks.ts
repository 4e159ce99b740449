import { TEXT_MARK } from './answer-changes.js';

const MARK = Buffer.from(TEXT_MARK);

/** Replaces every mark in `bytes` by what `filler` gives for it. Without a mark the same buffer comes back. */
export function replaceMarks(bytes: Buffer, filler: () => Buffer): Buffer {
  const parts: Buffer[] = [];
  let copiedTo = 0;
  for (let at = bytes.indexOf(MARK); at !== -1; at = bytes.indexOf(MARK, copiedTo)) {
    parts.push(bytes.subarray(copiedTo, at), filler());
    copiedTo = at + MARK.length;
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(copiedTo)]);
}
