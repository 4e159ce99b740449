import { asCount, asNonEmptyString } from '../../json/read-json.js';
import { scanTopLevel, type Span } from '../../json/scan-top-level.js';
import { splice, type Splice } from '../../json/splice.js';
import type { PeekedRequest } from '../../spec/straight-wire.js';
import { readSpan } from '../../json/read-span.js';
import { removeMember } from '../../json/remove-member.js';
import { readStreamOptions } from './stream-options.js';
import { isTruthy } from '../../json/is-truthy.js';

/** What the gateway needs to know of a chat request; everything else in the body is the provider's business. */
export interface ChatRequest extends PeekedRequest {
  /** The top-level `model`, or undefined when it is absent, empty or not a string. */
  readonly model: string | undefined;
  /** `max_completion_tokens`, else `max_tokens`; undefined when neither is a whole number. */
  readonly maxOutputTokens: number | undefined;
  /** True when the client itself asked for usage on the stream. */
  readonly asksForStreamUsage: boolean;
  /** Where `model` stands. */
  readonly modelSpan: Span | undefined;
  /** Where and what to insert so that the stream reports usage; undefined when the client has decided. */
  readonly usageSplice: Splice | undefined;
  /** What takes out `drop_tuning_params`, which only the gateway understands; undefined when it is absent. */
  readonly gatewayMemberSplice: Splice | undefined;
}

const MEMBERS: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'stream_options',
  'max_completion_tokens',
  'max_tokens',
  'drop_tuning_params',
]);

/**
 * Looks at a chat request without parsing it whole.
 *
 * @throws JsonScanError when the body is not a JSON object or says one of the members that matter twice.
 */
export function readChatRequest(body: Buffer): ChatRequest {
  const scan = scanTopLevel(body, MEMBERS);
  const { members } = scan;
  const model = members.get('model');
  const gatewayMember = members.get('drop_tuning_params');
  const streams = isTruthy(readSpan(body, members.get('stream')));
  const options = readStreamOptions(body, scan);
  return {
    body,
    model: asNonEmptyString(readSpan(body, model)),
    streams,
    maxOutputTokens:
      asCount(readSpan(body, members.get('max_completion_tokens'))) ??
      asCount(readSpan(body, members.get('max_tokens'))),
    asksForStreamUsage: streams && options.includesUsage,
    modelSpan: model?.value,
    usageSplice: streams ? options.usageSplice : undefined,
    gatewayMemberSplice: gatewayMember === undefined ? undefined : removeMember(body, gatewayMember),
  };
}

/**
 * The body to send upstream: the client's bytes with the model replaced when `model` differs from what the client
 * wrote, with usage reporting switched on when the client left that open, and without what is meant for the gateway.
 */
export function encodeChatRequest(request: ChatRequest, model: string): Buffer {
  const splices: Splice[] = [];
  if (request.modelSpan !== undefined && model !== request.model) {
    splices.push({ span: request.modelSpan, replacement: JSON.stringify(model) });
  }
  // The insertion stands before the removal: both may begin at the first member.
  if (request.usageSplice !== undefined) splices.push(request.usageSplice);
  if (request.gatewayMemberSplice !== undefined) splices.push(request.gatewayMemberSplice);
  return splice(request.body, splices);
}

/** True when the usage chunk exists only because we asked for it, so that the client must not see it. */
export function usageChunkIsOurs(request: ChatRequest): boolean {
  return request.usageSplice !== undefined;
}
