import { asString } from '../../../json/read-json.js';
import { promptTokensOf } from '../../model/usage-figures.js';
import type { Call } from '../call.js';
import { Complaint } from '../complaint.js';
import { sseFraming, type Frame } from '../framing.js';
import type { DocumentEndpoint, Wire } from '../wire.js';
import { ANTHROPIC_VENDOR } from './anthropic-vendor.js';
import { messageFrames, messageOf } from './messages-answer.js';
import { readCountTokensRequest, readMessagesRequest } from './read-messages-request.js';

/** Anthropic's `POST /v1/messages`. */
export const ANTHROPIC_MESSAGES_WIRE: Wire = {
  name: 'anthropic-messages',
  vendor: ANTHROPIC_VENDOR,
  question: (call) => ({
    call,
    model: modelOf(call),
    streams: call.member('stream') === true,
    asksForUsage: true,
  }),
  read({ call }) {
    checkHead(call);
    return readMessagesRequest(call, ANTHROPIC_VENDOR);
  },
  document: messageOf,
  hollow: (document) => ({ ...document, content: [] }),
  frames: messageFrames,
  framing: () => sseFraming('\n'),
  errorFrame: anthropicErrorFrame,
  unknownFrame: { role: 'bracket', event: 'vendor_telemetry', data: { type: 'vendor_telemetry', latency_ms: 3 } },
};

/** Anthropic's `POST /v1/messages/count_tokens`. */
export const ANTHROPIC_COUNT_TOKENS: DocumentEndpoint = {
  kind: 'document',
  vendor: ANTHROPIC_VENDOR,
  model: modelOf,
  document(call) {
    checkHead(call);
    return { input_tokens: promptTokensOf(readCountTokensRequest(call, ANTHROPIC_VENDOR)) };
  },
};

/** An error inside of a stream of a message. */
export function anthropicErrorFrame(complaint: Complaint): Frame {
  return { role: 'error', event: 'error', data: ANTHROPIC_VENDOR.errorBody(complaint) };
}

function modelOf(call: Call): string {
  return asString(call.member('model')) ?? '';
}

function checkHead(call: Call): void {
  if (call.header('anthropic-version') === undefined) throw new Complaint(400, 'anthropic-version: header is required');
  if (modelOf(call) === '') throw ANTHROPIC_VENDOR.bodyComplaint(['model'], { kind: 'missing' });
  if (call.member('anthropic_version') !== undefined) {
    throw ANTHROPIC_VENDOR.bodyComplaint([], { kind: 'unknown', name: 'anthropic_version' });
  }
}
