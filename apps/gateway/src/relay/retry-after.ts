import type { IncomingHttpHeaders } from 'node:http';

/** Largest wait that is read; anything longer is as good as never. */
const RETRY_AFTER_MS_MAX = 365 * 24 * 3_600_000;

/**
 * How long a provider asks to be left alone, in milliseconds: `retry-after-ms` as OpenAI and Azure send it, else
 * `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). Undefined when it does not say, or not in a way that can be
 * read.
 *
 * @param nowMs Milliseconds since the epoch, for dates.
 */
export function readRetryAfter(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  const exact = readNumber(headers['retry-after-ms']);
  if (exact !== undefined) return exact;
  const header = headers['retry-after'];
  const seconds = readNumber(header);
  if (seconds !== undefined) return seconds * 1000;
  const dateMs = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

function readNumber(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') return undefined;
  const value = Number(header);
  return Number.isFinite(value) && value >= 0 ? Math.min(value, RETRY_AFTER_MS_MAX) : undefined;
}
