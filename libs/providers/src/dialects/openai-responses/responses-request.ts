import { asCount, asNonEmptyString } from '../../json/read-json.js';
import { scanTopLevel, type MemberSpan, type Span } from '../../json/scan-top-level.js';
import { splice } from '../../json/splice.js';
import type { PeekedRequest } from '../../spec/straight-wire.js';
import { isTruthy } from './is-truthy.js';

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
}

const MEMBERS: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'max_output_tokens',
  'previous_response_id',
  'background',
]);

/**
 * Looks at a Responses request without parsing it whole.
 *
 * @throws JsonScanError when the body is not a JSON object or says one of the members that matter twice.
 */
export function readResponsesRequest(body: Buffer): ResponsesRequest {
  const { members } = scanTopLevel(body, MEMBERS);
  const read = (name: string): unknown => readValue(body, members.get(name));
  return {
    body,
    model: asNonEmptyString(read('model')),
    streams: isTruthy(read('stream')),
    maxOutputTokens: asCount(read('max_output_tokens')),
    asksForStreamUsage: true,
    previousResponseId: asNonEmptyString(read('previous_response_id')),
    background: read('background') === true,
    modelSpan: members.get('model')?.value,
  };
}

/** The body to send upstream: the client's bytes, with the model replaced when it differs from what the client wrote. */
export function encodeResponsesRequest(request: ResponsesRequest, model: string): Buffer {
  if (request.modelSpan === undefined || model === request.model) return request.body;
  return splice(request.body, [{ span: request.modelSpan, replacement: JSON.stringify(model) }]);
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
