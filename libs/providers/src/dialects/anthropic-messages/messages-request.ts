import { scanTopLevel, type MemberSpan, type Span } from '../../json/scan-top-level.js';
import { splice, type Splice } from '../../json/splice.js';
import { asCount, asNonEmptyString } from '../../json/read-json.js';
import type { PeekedRequest } from '../../spec/straight-wire.js';
import { isTruthy } from './is-truthy.js';

/** What the gateway needs to know of a Messages request; everything else in the body is the provider's business. */
export interface MessagesRequest extends PeekedRequest {
  /** Where `model` stands. */
  readonly modelSpan: Span | undefined;
  /** What to cut out because it is addressed to the gateway: `drop_tuning_params` with its comma. */
  readonly ownMemberSpan: Span | undefined;
}

const PEEKED_MEMBERS: ReadonlySet<string> = new Set(['model', 'stream', 'max_tokens', 'drop_tuning_params']);
const COMMA = 0x2c;

/**
 * Looks at a Messages request without parsing it whole.
 *
 * @throws JsonScanError when the body is not a JSON object or says one of the members that matter twice.
 */
export function readMessagesRequest(body: Buffer): MessagesRequest {
  const { members } = scanTopLevel(body, PEEKED_MEMBERS);
  const model = members.get('model');
  const ownMember = members.get('drop_tuning_params');
  return {
    body,
    model: asNonEmptyString(readValue(body, model)),
    streams: isTruthy(readValue(body, members.get('stream'))),
    maxOutputTokens: asCount(readValue(body, members.get('max_tokens'))),
    asksForStreamUsage: true,
    modelSpan: model?.value,
    ownMemberSpan: ownMember && withComma(body, ownMember),
  };
}

/** The client's bytes with the model replaced when it differs, and without what is addressed to the gateway. */
export function encodeMessagesRequest(request: MessagesRequest, model: string): Buffer {
  const splices: Splice[] = [];
  if (request.modelSpan !== undefined && model !== request.model) {
    splices.push({ span: request.modelSpan, replacement: JSON.stringify(model) });
  }
  if (request.ownMemberSpan !== undefined) splices.push({ span: request.ownMemberSpan, replacement: '' });
  return splice(request.body, splices);
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

/** A member with the comma behind it; with the one before it when it is the last of several. */
function withComma(body: Buffer, { name, value }: MemberSpan): Span {
  let end = value.end;
  while (isSpace(body[end])) end += 1;
  if (body[end] === COMMA) return { start: name.start, end: end + 1 };
  let start = name.start - 1;
  while (isSpace(body[start])) start -= 1;
  return { start: body[start] === COMMA ? start : name.start, end: value.end };
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
