import { anthropicMessagesInbound } from '#providers';
import type { ErrorContext } from './error-context.js';
import type { GatewayError } from './gateway-error.js';
import { modelErrorOf } from './model-error.js';

/**
 * The error in Anthropic's shape: its SDKs branch on the status and on `error.type`; `error.code` is ours. Keys without
 * a value are left out. Source: Anthropic API, "Errors".
 */
export function renderAnthropicError(error: GatewayError, { requestId, trace }: ErrorContext): string {
  const { meta, tips } = error.detail;
  const envelope = anthropicMessagesInbound.writeError(modelErrorOf(error.code, error.message));
  return JSON.stringify({
    ...envelope,
    error: {
      ...(envelope['error'] as object),
      code: error.code,
      ...(meta && Object.keys(meta).length > 0 ? { meta } : {}),
      ...(trace ? { trace_id: trace.traceId, span_id: trace.spanId } : {}),
      ...(tips && tips.length > 0 ? { tips } : {}),
      fault: error.entry.fault,
    },
    ...(requestId === undefined ? {} : { request_id: requestId }),
  });
}
