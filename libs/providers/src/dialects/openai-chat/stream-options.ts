import { scanTopLevel, type TopLevelScan } from '../../json/scan-top-level.js';
import type { Splice } from '../../json/splice.js';
import { readSpan } from '../../json/read-span.js';

/** What a request says about usage on its stream. */
export interface StreamOptions {
  /** The client itself asked for usage. */
  readonly includesUsage: boolean;
  /** Where and what to insert so that the stream reports usage; undefined when the client has decided. */
  readonly usageSplice: Splice | undefined;
}

const OPTION_MEMBERS: ReadonlySet<string> = new Set(['include_usage']);

/** Reads `stream_options` of a request whose top-level members were found by `scan`. */
export function readStreamOptions(body: Buffer, scan: TopLevelScan): StreamOptions {
  const options = scan.members.get('stream_options')?.value;
  if (options === undefined) {
    const at = { start: scan.bodyStart, end: scan.bodyStart };
    const separator = scan.empty ? '' : ',';
    return insertion({ span: at, replacement: `"stream_options":{"include_usage":true}${separator}` });
  }
  const text = body.toString('utf8', options.start, options.end);
  if (text === 'null') return insertion({ span: options, replacement: '{"include_usage":true}' });
  // Anything but an object is the provider's to refuse.
  if (!text.startsWith('{')) return { includesUsage: false, usageSplice: undefined };
  const optionsBody = body.subarray(options.start, options.end);
  const inner = scanTopLevel(optionsBody, OPTION_MEMBERS);
  const includeUsage = inner.members.get('include_usage');
  if (includeUsage !== undefined) {
    return { includesUsage: readSpan(optionsBody, includeUsage) === true, usageSplice: undefined };
  }
  const at = options.start + inner.bodyStart;
  const separator = inner.empty ? '' : ',';
  return insertion({ span: { start: at, end: at }, replacement: `"include_usage":true${separator}` });
}

function insertion(usageSplice: Splice): StreamOptions {
  return { includesUsage: false, usageSplice };
}
