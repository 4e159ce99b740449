import type { Call } from '../call.js';
import type { Complaint } from '../complaint.js';
import { AWS_FRAMING, type Frame } from '../framing.js';
import type { Wire } from '../wire.js';
import { AWS_VENDOR, awsErrorType } from './aws-vendor.js';
import { converseFrames, converseResponseOf } from './converse-answer.js';
import { readConverseRequest } from './read-converse-request.js';

/** AWS Bedrock's `/model/{id}/converse` and `/converse-stream`. */
export const BEDROCK_CONVERSE_WIRE: Wire = {
  name: 'bedrock-converse',
  vendor: AWS_VENDOR,
  question: (call) => ({
    call,
    model: bedrockModelOf(call),
    streams: call.path.endsWith('/converse-stream'),
    asksForUsage: true,
  }),
  read: ({ call }) => readConverseRequest(call),
  document: converseResponseOf,
  hollow: (document) => ({ ...document, output: { message: { role: 'assistant', content: [] } } }),
  frames: converseFrames,
  framing: () => AWS_FRAMING,
  errorFrame,
  unknownFrame: { role: 'bracket', event: 'vendorTelemetry', data: { latencyMs: 3 } },
};

/** The model that a path of Bedrock's names: an id, or an ARN that is percent-encoded. */
export function bedrockModelOf({ path }: Call): string {
  return decodeURIComponent(/\/model\/([^/]+)\/[a-z-]+$/.exec(path)?.[1] ?? '');
}

/** An exception in the stream; its name begins in lower case there. */
function errorFrame(complaint: Complaint): Frame {
  const type = complaint.status === 424 ? 'ModelStreamErrorException' : awsErrorType(complaint.status);
  return { role: 'error', event: type.charAt(0).toLowerCase() + type.slice(1), data: { message: complaint.message } };
}
