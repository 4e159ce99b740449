import type { MemberSpan } from '../../json/scan-top-level.js';
import type { Splice } from '../../json/splice.js';

const COMMA = 0x2c;

/** The splice that takes a member out of an object, together with the comma that belongs to it. */
export function dropMember(document: Buffer, member: MemberSpan): Splice {
  const start = member.name.start;
  const behind = skipSpace(document, member.value.end, 1);
  if (document[behind] === COMMA) return { span: { start, end: skipSpace(document, behind + 1, 1) }, replacement: '' };
  const before = skipSpace(document, start - 1, -1);
  return { span: { start: document[before] === COMMA ? before : start, end: member.value.end }, replacement: '' };
}

function skipSpace(document: Buffer, from: number, step: 1 | -1): number {
  let at = from;
  for (let byte = document[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = document[at]) {
    at += step;
  }
  return at;
}
