import { asString } from '../../../json/read-json.js';
import { promptTokensOf } from '../../model/usage-figures.js';
import type { Call } from '../call.js';
import { Complaint } from '../complaint.js';
import { bearerTokenOf, type Vendor } from '../vendor.js';
import type { DocumentEndpoint, Wire } from '../wire.js';
import { ANTHROPIC_MESSAGES_WIRE } from './anthropic-messages-wire.js';
import { ANTHROPIC_VENDOR } from './anthropic-vendor.js';
import { readCountTokensRequest, readMessagesRequest } from './read-messages-request.js';

const VERSION = 'vertex-2023-10-16';

/** Anthropic's words behind Google's door. */
const VENDOR: Vendor = {
  ...ANTHROPIC_VENDOR,
  credentialComplaint(call, key) {
    const given = bearerTokenOf(call);
    if (given !== undefined && (key === undefined || given === key)) return undefined;
    return new Complaint(401, 'Request had invalid authentication credentials. Expected OAuth 2 access token.');
  },
};

/** Claude on Vertex AI: `publishers/anthropic/models/{model}:rawPredict` and `:streamRawPredict`. */
export const VERTEX_CLAUDE_WIRE: Wire = {
  ...ANTHROPIC_MESSAGES_WIRE,
  name: 'vertex-claude',
  vendor: VENDOR,
  question: (call) => ({
    call,
    model: modelInPath(call),
    streams: call.path.endsWith(':streamRawPredict') && call.member('stream') !== false,
    asksForUsage: true,
  }),
  read({ call }) {
    checkVersion(call);
    if (call.member('model') !== undefined) throw VENDOR.bodyComplaint([], { kind: 'unknown', name: 'model' });
    return readMessagesRequest(call, VENDOR);
  },
};

/** The count of tokens for Claude on Vertex AI, where the model stands in the body. */
export const VERTEX_CLAUDE_COUNT_TOKENS: DocumentEndpoint = {
  kind: 'document',
  vendor: VENDOR,
  model: (call) => asString(call.member('model')) ?? '',
  document(call) {
    if (call.member('model') === undefined) throw VENDOR.bodyComplaint(['model'], { kind: 'missing' });
    return { input_tokens: promptTokensOf(readCountTokensRequest(call, VENDOR)) };
  },
};

function modelInPath({ path }: Call): string {
  return decodeURIComponent(/\/models\/([^/]+):[A-Za-z]+$/.exec(path)?.[1] ?? '');
}

function checkVersion(call: Call): void {
  const version = call.member('anthropic_version');
  if (version === VERSION) return;
  throw new Complaint(
    400,
    `anthropic_version: ${version === undefined ? 'Field required' : `Input should be '${VERSION}'`}`,
  );
}
