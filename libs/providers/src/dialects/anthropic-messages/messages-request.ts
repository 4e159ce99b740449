import { readSpan } from '../../json/read-span.js';
import { removeMember } from '../../json/remove-member.js';
import { scanTopLevel, type Span } from '../../json/scan-top-level.js';
import { splice, type Splice } from '../../json/splice.js';
import { asCount, asNonEmptyString } from '../../json/read-json.js';
import type { PeekedRequest } from '../../spec/straight-wire.js';
import { isTruthy } from '../../json/is-truthy.js';

/** What the gateway needs to know of a Messages request; everything else in the body is the provider's business. */
export interface MessagesRequest extends PeekedRequest {
  /** Where `model` stands. */
  readonly modelSpan: Span | undefined;
  /** What cuts out `drop_tuning_params`, which is addressed to the gateway. */
  readonly ownMemberSplice: Splice | undefined;
}

const PEEKED_MEMBERS: ReadonlySet<string> = new Set(['model', 'stream', 'max_tokens', 'drop_tuning_params']);

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
    model: asNonEmptyString(readSpan(body, model)),
    streams: isTruthy(readSpan(body, members.get('stream'))),
    maxOutputTokens: asCount(readSpan(body, members.get('max_tokens'))),
    asksForStreamUsage: true,
    modelSpan: model?.value,
    ownMemberSplice: ownMember && removeMember(body, ownMember),
  };
}

/** The client's bytes with the model replaced when it differs, and without what is addressed to the gateway. */
export function encodeMessagesRequest(request: MessagesRequest, model: string): Buffer {
  const splices: Splice[] = [];
  if (request.modelSpan !== undefined && model !== request.model) {
    splices.push({ span: request.modelSpan, replacement: JSON.stringify(model) });
  }
  if (request.ownMemberSplice !== undefined) splices.push(request.ownMemberSplice);
  return splice(request.body, splices);
}
