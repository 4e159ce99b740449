import { scanTopLevel, type MemberSpan, type Span, type TopLevelScan } from '../../json/scan-top-level.js';
import { splice, type Splice } from '../../json/splice.js';

/** What the gateway needs to know of a chat request; everything else in the body is the provider's business. */
export interface ChatRequest {
  /** The body as the client sent it, after content decoding. */
  readonly body: Buffer;
  /** The top-level `model`, or undefined when it is absent, empty or not a string. */
  readonly model: string | undefined;
  /** The top-level `stream`, read truthily as the contract says (2.5). */
  readonly streams: boolean;
  /** True when the client itself asked for usage on the stream. */
  readonly asksForStreamUsage: boolean;
  /** Where `model` stands. */
  readonly modelSpan: Span | undefined;
  /** Where and what to insert so that the stream reports usage; undefined when the client has decided. */
  readonly usageSplice: Splice | undefined;
}

const CHAT_MEMBERS: ReadonlySet<string> = new Set(['model', 'stream', 'stream_options']);
const STREAM_OPTION_MEMBERS: ReadonlySet<string> = new Set(['include_usage']);

/**
 * Looks at a chat request without parsing it whole.
 *
 * @throws JsonScanError when the body is not a JSON object or says one of the members that matter twice.
 */
export function readChatRequest(body: Buffer): ChatRequest {
  const scan = scanTopLevel(body, CHAT_MEMBERS);
  const model = scan.members.get('model');
  const streams = isTruthy(readValue(body, scan.members.get('stream')));
  const options = readStreamOptions(body, scan);
  return {
    body,
    model: nonEmptyString(readValue(body, model)),
    streams,
    asksForStreamUsage: streams && options.includesUsage,
    modelSpan: model?.value,
    usageSplice: streams ? options.usageSplice : undefined,
  };
}

/**
 * The body to send upstream: the client's bytes with the model replaced when `model` differs from what the client
 * wrote, and usage reporting switched on when the client left that open.
 */
export function encodeChatRequest(request: ChatRequest, model: string): Buffer {
  const splices: Splice[] = [];
  if (request.modelSpan !== undefined && model !== request.model) {
    splices.push({ span: request.modelSpan, replacement: JSON.stringify(model) });
  }
  if (request.usageSplice !== undefined) splices.push(request.usageSplice);
  return splice(request.body, splices);
}

/** True when the usage chunk exists only because we asked for it, so that the client must not see it. */
export function usageChunkIsOurs(request: ChatRequest): boolean {
  return request.usageSplice !== undefined;
}

function readStreamOptions(
  body: Buffer,
  scan: TopLevelScan,
): { includesUsage: boolean; usageSplice: Splice | undefined } {
  const options = scan.members.get('stream_options')?.value;
  if (options === undefined) {
    const at = { start: scan.bodyStart, end: scan.bodyStart };
    const separator = scan.empty ? '' : ',';
    return {
      includesUsage: false,
      usageSplice: { span: at, replacement: `"stream_options":{"include_usage":true}${separator}` },
    };
  }
  const text = body.toString('utf8', options.start, options.end);
  if (text === 'null')
    return { includesUsage: false, usageSplice: { span: options, replacement: '{"include_usage":true}' } };
  // Anything but an object is the provider's to refuse.
  if (!text.startsWith('{')) return { includesUsage: false, usageSplice: undefined };
  const optionsBody = body.subarray(options.start, options.end);
  const inner = scanTopLevel(optionsBody, STREAM_OPTION_MEMBERS);
  const includeUsage = inner.members.get('include_usage');
  if (includeUsage !== undefined) {
    return { includesUsage: readValue(optionsBody, includeUsage) === true, usageSplice: undefined };
  }
  const at = options.start + inner.bodyStart;
  const separator = inner.empty ? '' : ',';
  return {
    includesUsage: false,
    usageSplice: { span: { start: at, end: at }, replacement: `"include_usage":true${separator}` },
  };
}

/** The JSON value of a member; undefined when it is absent or not valid JSON by itself. */
function readValue(body: Buffer, member: MemberSpan | undefined): unknown {
  if (member === undefined) return undefined;
  try {
    return JSON.parse(body.toString('utf8', member.value.start, member.value.end));
  } catch {
    return undefined;
  }
}

/** JSON true, a non-zero number, or one of the spellings of true that the reference reads (contract 2.5). */
function isTruthy(value: unknown): boolean {
  if (typeof value === 'string') return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value);
  return value === true || (typeof value === 'number' && value !== 0);
}

function nonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
