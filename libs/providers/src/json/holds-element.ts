import type { MemberSpan } from './scan-top-level.js';

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/** Whether a member of a document is a list with anything in it; false for an absent one. Nothing is parsed. */
export function holdsElement(document: Buffer, member: MemberSpan | undefined): boolean {
  if (member === undefined || document[member.value.start] !== OPEN_BRACKET) return false;
  const { start, end } = member.value;
  for (let at = start + 1; at < end; at += 1) {
    const byte = document[at] ?? CLOSE_BRACKET;
    // All white space of JSON is at or below the space, and nothing else of it is.
    if (byte > SPACE) return byte !== CLOSE_BRACKET;
  }
  return false;
}
