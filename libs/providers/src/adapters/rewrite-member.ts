import type { MemberSpan, Span, TopLevelScan } from '../json/scan-top-level.js';
import type { Splice } from '../json/splice.js';

const COMMA = 0x2c;

/** Puts a member that is not there at the beginning of an object. */
export function insertMember(scan: TopLevelScan, name: string, value: string): Splice {
  return {
    span: { start: scan.bodyStart, end: scan.bodyStart },
    replacement: `${JSON.stringify(name)}:${JSON.stringify(value)}${scan.empty ? '' : ','}`,
  };
}

/** Takes a member out of an object that has others, together with the comma that parts it from them. */
export function removeMember(document: Buffer, member: MemberSpan): Splice {
  return { span: spanWithComma(document, member), replacement: '' };
}

function spanWithComma(document: Buffer, { name, value }: MemberSpan): Span {
  let after = value.end;
  while (isSpace(document[after])) after += 1;
  if (document[after] === COMMA) return { start: name.start, end: after + 1 };
  let before = name.start - 1;
  while (isSpace(document[before])) before -= 1;
  return { start: document[before] === COMMA ? before : name.start, end: value.end };
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
