import type { StreamFrame } from '../spec/stream-frame.js';

/**
 * Reads one complete server-sent event: its name, and its `data` lines joined. Undefined for a comment, a ping without
 * data, or anything else without data. Source: WHATWG HTML, "Server-sent events".
 */
export function readSseFrame(bytes: Buffer): StreamFrame | undefined {
  let event: string | undefined;
  let data: string | undefined;
  for (const rawLine of bytes.toString('utf8').split('\n')) {
    const line = rawLine.endsWith('\r') ? rawLine.slice(0, -1) : rawLine;
    if (line.startsWith('data:')) {
      const value = line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5);
      data = data === undefined ? value : `${data}\n${value}`;
    } else if (line.startsWith('event:')) {
      event = line.slice(line.charCodeAt(6) === 0x20 ? 7 : 6);
    }
  }
  return data === undefined ? undefined : { event, data };
}

/** Writes one server-sent event. `data` is JSON, which never holds a line end. */
export function writeSseFrame(data: object | string, event?: string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return event === undefined ? `data: ${text}\n\n` : `event: ${event}\ndata: ${text}\n\n`;
}
