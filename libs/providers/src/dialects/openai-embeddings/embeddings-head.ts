import { asNonEmptyString } from '../../json/read-json.js';
import { scanTopLevel, type Span } from '../../json/scan-top-level.js';
import { splice, type Splice } from '../../json/splice.js';
import type { PeekedRequest } from '../../spec/straight-wire.js';
import { readSpan } from '../../json/read-span.js';
import { removeMember } from '../../json/remove-member.js';

/** What the gateway needs to know of an embeddings request; the rest is the provider's business. */
export interface EmbeddingsHead extends PeekedRequest {
  /** Always false: embeddings come whole. */
  readonly streams: false;
  /** Where `model` stands. */
  readonly modelSpan: Span | undefined;
  /** What takes out `drop_tuning_params`, which only the gateway understands; undefined when it is absent. */
  readonly gatewayMemberSplice: Splice | undefined;
}

const MEMBERS: ReadonlySet<string> = new Set(['model', 'drop_tuning_params']);

/**
 * Looks at an embeddings request without parsing it whole. The model is found wherever it stands, also behind megabytes
 * of input.
 *
 * @throws JsonScanError when the body is not a JSON object or says one of the members that matter twice.
 */
export function readEmbeddingsHead(body: Buffer): EmbeddingsHead {
  const { members } = scanTopLevel(body, MEMBERS);
  const model = members.get('model');
  const gatewayMember = members.get('drop_tuning_params');
  return {
    body,
    model: asNonEmptyString(readSpan(body, model)),
    streams: false,
    modelSpan: model?.value,
    gatewayMemberSplice: gatewayMember === undefined ? undefined : removeMember(body, gatewayMember),
  };
}

/** The body to send upstream: the client's bytes with the model replaced, and without what is meant for the gateway. */
export function encodeEmbeddingsRequest(head: EmbeddingsHead, model: string): Buffer {
  const splices: Splice[] = [];
  if (head.modelSpan !== undefined && model !== head.model) {
    splices.push({ span: head.modelSpan, replacement: JSON.stringify(model) });
  }
  if (head.gatewayMemberSplice !== undefined) splices.push(head.gatewayMemberSplice);
  return splice(head.body, splices);
}
