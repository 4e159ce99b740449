import { isUtf8 } from 'node:buffer';

const DATA = Buffer.from('data:');
const DATA_ON_NEXT_LINE = Buffer.from('\ndata:');
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const OPEN_BRACE = 0x7b;

/**
 * True for a server-sent event that no client can read: invalid UTF-8, or data that begins like a JSON object and is
 * none. What does not look like an object, such as `[DONE]` or a comment, is the dialect's business.
 */
export function isMalformedEvent(event: Buffer): boolean {
  if (!isUtf8(event)) return true;
  const field = firstDataLine(event);
  if (field === undefined) return false;
  const start = event[field + DATA.length] === SPACE ? field + DATA.length + 1 : field + DATA.length;
  if (event[start] !== OPEN_BRACE) return false;
  const lineEnd = event.indexOf(LINE_FEED, start);
  // Data over several lines is rare; joined it may be JSON, so it is left to the reader.
  if (lineEnd !== -1 && event.indexOf(DATA_ON_NEXT_LINE, lineEnd) !== -1) return false;
  return !isJson(event.toString('latin1', start, lineEnd === -1 ? event.length : lineEnd));
}

/** True for text that looks like a JSON object and is none. */
export function isMalformedData(data: string): boolean {
  return data.startsWith('{') && !isJson(data);
}

/** Where the first line of data begins. */
function firstDataLine(event: Buffer): number | undefined {
  if (event.subarray(0, DATA.length).equals(DATA)) return 0;
  const lineEnd = event.indexOf(DATA_ON_NEXT_LINE);
  return lineEnd === -1 ? undefined : lineEnd + 1;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
