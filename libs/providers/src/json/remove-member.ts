import type { MemberSpan } from './scan-top-level.js';
import type { Splice } from './splice.js';

const COMMA = 0x2c;

/**
 * What takes a member out of an object: with the comma behind it and the white space up to the next member, or, when it
 * is the last one, with the comma before it and the white space around that.
 */
export function removeMember(document: Buffer, { name, value }: MemberSpan): Splice {
  const behind = skipSpace(document, value.end, 1);
  if (document[behind] === COMMA) {
    return { span: { start: name.start, end: skipSpace(document, behind + 1, 1) }, replacement: '' };
  }
  const before = skipSpace(document, name.start - 1, -1);
  const start = document[before] === COMMA ? skipSpace(document, before - 1, -1) + 1 : name.start;
  return { span: { start, end: value.end }, replacement: '' };
}

function skipSpace(document: Buffer, start: number, step: 1 | -1): number {
  let at = start;
  for (let byte = document[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = document[at]) {
    at += step;
  }
  return at;
}
