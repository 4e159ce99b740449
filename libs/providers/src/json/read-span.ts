import type { MemberSpan } from './scan-top-level.js';

/** The value of a member that was found by a scan; undefined when it is absent or not valid JSON by itself. */
export function readSpan(document: Buffer, member: MemberSpan | undefined): unknown {
  if (member === undefined) return undefined;
  try {
    return JSON.parse(document.toString('utf8', member.value.start, member.value.end));
  } catch {
    return undefined;
  }
}
