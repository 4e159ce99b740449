import { promptTokensOf } from '../../model/usage-figures.js';
import type { Call } from '../call.js';
import { JSON_ARRAY_FRAMING, sseFraming } from '../framing.js';
import type { DocumentEndpoint, Wire } from '../wire.js';
import { contentFrames, contentResponseOf } from './gemini-answer.js';
import { GOOGLE_VENDOR } from './google-vendor.js';
import { readCountTokensRequest, readGeminiRequest } from './read-gemini-request.js';

/** Google's `models/{model}:generateContent` and `:streamGenerateContent`, of the Gemini API and of Vertex AI. */
export const GEMINI_WIRE: Wire = {
  name: 'gemini',
  vendor: GOOGLE_VENDOR,
  question: (call) => ({
    call,
    model: modelInPath(call),
    streams: call.path.endsWith(':streamGenerateContent'),
    asksForUsage: true,
  }),
  read: ({ call }) => readGeminiRequest(call),
  document: contentResponseOf,
  hollow: (document) => ({ ...document, candidates: [] }),
  frames: contentFrames,
  framing: ({ call }) => (call.query.get('alt') === 'sse' ? sseFraming('\r\n') : JSON_ARRAY_FRAMING),
  errorFrame: (complaint) => ({ role: 'error', data: GOOGLE_VENDOR.errorBody(complaint) }),
  unknownFrame: { role: 'bracket', data: { vendorTelemetry: { latencyMs: 3 } } },
};

/** Google's `models/{model}:countTokens`. */
export const GEMINI_COUNT_TOKENS: DocumentEndpoint = {
  kind: 'document',
  vendor: GOOGLE_VENDOR,
  model: modelInPath,
  document(call) {
    const totalTokens = promptTokensOf(readCountTokensRequest(call));
    return { totalTokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: totalTokens }] };
  },
};

/** The model that a path of Google's names. */
export function modelInPath({ path }: Call): string {
  return decodeURIComponent(/\/(?:models|tunedModels)\/([^/]+):[A-Za-z]+$/.exec(path)?.[1] ?? '');
}
