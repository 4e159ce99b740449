import { geminiInbound } from '#providers';
import type { ErrorContext } from './error-context.js';
import type { GatewayError } from './gateway-error.js';
import { modelErrorOf } from './model-error.js';

/** Who speaks, in Google's error details. */
const ERROR_DOMAIN = 'ai-gateway';

/**
 * The error in Google's shape; our code is the `reason` of its `ErrorInfo` detail, whose metadata is text only. Source:
 * google.rpc.Status and google.rpc.ErrorInfo.
 */
export function renderGeminiError(error: GatewayError, { requestId, trace }: ErrorContext): string {
  const metadata = Object.fromEntries(
    Object.entries({ ...error.detail.meta, fault: error.entry.fault, trace_id: trace?.traceId, request_id: requestId })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  const envelope = geminiInbound.writeError(modelErrorOf(error.code, error.message));
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: error.code, domain: ERROR_DOMAIN };
  return JSON.stringify({ error: { ...(envelope['error'] as object), details: [{ ...info, metadata }] } });
}
