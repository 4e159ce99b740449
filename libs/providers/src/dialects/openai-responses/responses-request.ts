import { asCount, asNonEmptyString } from '../../json/read-json.js';
import { readSpan } from '../../json/read-span.js';
import { removeMember } from '../../json/remove-member.js';
import { scanTopLevel, type Span } from '../../json/scan-top-level.js';
import { splice, type Splice } from '../../json/splice.js';
import type { PeekedRequest } from '../../spec/straight-wire.js';
import { isTruthy } from '../../json/is-truthy.js';

/** What the gateway needs to know of a Responses request; everything else in the body is the provider's business. */
export interface ResponsesRequest extends PeekedRequest {
  /** Always: the dialect reports usage with the terminal event of every stream. */
  readonly asksForStreamUsage: true;
  /** The stored answer that the conversation goes on from; only the provider that stored it knows it. */
  readonly previousResponseId: string | undefined;
  /** The client wants to be answered at once and to fetch the result later. */
  readonly background: boolean;
  /** Where `model` stands. */
  readonly modelSpan: Span | undefined;
  /** What cuts out `drop_tuning_params`, which is addressed to the gateway. */
  readonly ownMemberSplice: Splice | undefined;
}

const MEMBERS: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'max_output_tokens',
  'previous_response_id',
  'background',
  'drop_tuning_params',
]);

/**
 * Looks at a Responses request without parsing it whole.
 *
 * @throws JsonScanError when the body is not a JSON object or says one of the members that matter twice.
 */
export function readResponsesRequest(body: Buffer): ResponsesRequest {
  const { members } = scanTopLevel(body, MEMBERS);
  const ownMember = members.get('drop_tuning_params');
  const read = (name: string): unknown => readSpan(body, members.get(name));
  return {
    body,
    model: asNonEmptyString(read('model')),
    streams: isTruthy(read('stream')),
    maxOutputTokens: asCount(read('max_output_tokens')),
    asksForStreamUsage: true,
    previousResponseId: asNonEmptyString(read('previous_response_id')),
    background: read('background') === true,
    modelSpan: members.get('model')?.value,
    ownMemberSplice: ownMember && removeMember(body, ownMember),
  };
}

/** The client's bytes with the model replaced when it differs, and without what is addressed to the gateway. */
export function encodeResponsesRequest(request: ResponsesRequest, model: string): Buffer {
  const splices: Splice[] = [];
  if (request.modelSpan !== undefined && model !== request.model) {
    splices.push({ span: request.modelSpan, replacement: JSON.stringify(model) });
  }
  if (request.ownMemberSplice !== undefined) splices.push(request.ownMemberSplice);
  return splice(request.body, splices);
}
