/** A byte range of a JSON document, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a top-level member of a JSON object stands. */
export interface MemberSpan {
  /** The member's name, quotes included. */
  readonly name: Span;
  /** The member's value, without the white space around it. */
  readonly value: Span;
}

/** What {@link scanTopLevel} found. */
export interface TopLevelScan {
  /** Wanted members by name. */
  readonly members: ReadonlyMap<string, MemberSpan>;
  /** Offset just behind the opening brace, where a member may be inserted. */
  readonly bodyStart: number;
  /** True when the object has no member at all. */
  readonly empty: boolean;
}

/** Why a document could not be scanned. */
export class JsonScanError extends Error {
  override readonly name = 'JsonScanError';

  constructor(
    readonly reason: 'not_an_object' | 'malformed' | 'too_deep' | 'duplicate_member',
    message: string,
  ) {
    super(message);
  }
}

/** Deepest nesting that is followed; deeper documents are refused, not recursed into. */
export const JSON_DEPTH_MAX = 512;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Finds the top-level members named in `wanted` without parsing the document, so that their bytes can be read or
 * replaced while all others stay as they are.
 *
 * Strings are skipped with the runtime's native search: a request with megabytes of base64 costs little. Values that
 * are not wanted are skipped, not validated; the provider judges them.
 *
 * @throws JsonScanError when the document is not an object, ends early, nests deeper than {@link JSON_DEPTH_MAX}, or
 *   names a wanted member twice. The last is refused because two readers may pick different ones, which would let a
 *   request pass a check with one value and be served with the other.
 */
export function scanTopLevel(document: Buffer, wanted: ReadonlySet<string>): TopLevelScan {
  const members = new Map<string, MemberSpan>();
  const open = skipSpace(document, byteOrderMarkLength(document));
  if (document[open] !== OPEN_BRACE) {
    throw new JsonScanError('not_an_object', 'the document is not a JSON object');
  }
  let at = skipSpace(document, open + 1);
  const empty = document[at] === CLOSE_BRACE;
  while (document[at] !== CLOSE_BRACE) {
    const nameEnd = skipString(document, at);
    const colon = skipSpace(document, nameEnd);
    if (document[colon] !== COLON) throw malformed(colon);
    const valueStart = skipSpace(document, colon + 1);
    const valueEnd = skipValue(document, valueStart);
    const name = readName(document, at, nameEnd, wanted);
    if (name !== undefined) {
      if (members.has(name)) throw new JsonScanError('duplicate_member', `the member "${name}" appears twice`);
      members.set(name, { name: { start: at, end: nameEnd }, value: { start: valueStart, end: valueEnd } });
    }
    at = skipSpace(document, valueEnd);
    if (document[at] === COMMA) {
      at = skipSpace(document, at + 1);
      if (document[at] === CLOSE_BRACE) throw malformed(at);
    } else if (document[at] !== CLOSE_BRACE) {
      throw malformed(at);
    }
  }
  const end = skipSpace(document, at + 1);
  if (end !== document.length) throw malformed(end);
  return { members, bodyStart: open + 1, empty };
}

/** The wanted name written at `start..end`, or undefined for any other; escapes such as `"mod\u0065l"` are read. */
function readName(document: Buffer, start: number, end: number, wanted: ReadonlySet<string>): string | undefined {
  const raw = document.toString('latin1', start + 1, end - 1);
  if (!raw.includes('\\')) return wanted.has(raw) ? raw : undefined;
  try {
    const name: unknown = JSON.parse(document.toString('utf8', start, end));
    return typeof name === 'string' && wanted.has(name) ? name : undefined;
  } catch {
    throw malformed(start);
  }
}

function skipValue(document: Buffer, start: number): number {
  const first = document[start];
  if (first === QUOTE) return skipString(document, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipContainer(document, start);
  return skipScalar(document, start);
}

/** Skips a whole object or array by counting brackets outside of strings. */
function skipContainer(document: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < document.length) {
    const byte = document[at];
    if (byte === QUOTE) {
      at = skipString(document, at);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > JSON_DEPTH_MAX) throw new JsonScanError('too_deep', `nested deeper than ${JSON_DEPTH_MAX} levels`);
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  throw malformed(at);
}

function skipScalar(document: Buffer, start: number): number {
  let at = start;
  while (at < document.length && isScalarByte(document[at] ?? 0)) at += 1;
  if (at === start) throw malformed(at);
  return at;
}

function skipString(document: Buffer, start: number): number {
  if (document[start] !== QUOTE) throw malformed(start);
  let close = document.indexOf(QUOTE, start + 1);
  while (close !== -1 && isEscaped(document, start, close)) close = document.indexOf(QUOTE, close + 1);
  if (close === -1) throw malformed(document.length);
  return close + 1;
}

/** A quote is escaped when an odd number of backslashes stands before it. */
function isEscaped(document: Buffer, start: number, quote: number): boolean {
  let backslashes = 0;
  for (let at = quote - 1; at > start && document[at] === BACKSLASH; at -= 1) backslashes += 1;
  return backslashes % 2 === 1;
}

function isScalarByte(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isLetter = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
  return isDigit || isLetter || byte === 0x2d || byte === 0x2b || byte === 0x2e;
}

function skipSpace(document: Buffer, start: number): number {
  let at = start;
  for (let byte = document[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = document[at]) {
    at += 1;
  }
  return at;
}

function byteOrderMarkLength(document: Buffer): number {
  return document[0] === 0xef && document[1] === 0xbb && document[2] === 0xbf ? 3 : 0;
}

function malformed(at: number): JsonScanError {
  return new JsonScanError('malformed', `the JSON is malformed at byte ${at}`);
}
