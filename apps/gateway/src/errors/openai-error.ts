import type { GatewayError } from './gateway-error.js';

/** The two ids of the request's span, when tracing is on. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * The error in OpenAI's shape, which is also the reference's own envelope (contract 2.9): clients branch on
 * `error.code`. Keys without a value are left out.
 */
export function renderOpenAiError(error: GatewayError, trace: TraceIds | undefined): string {
  const { meta, tips } = error.detail;
  return JSON.stringify({
    error: {
      type: error.code,
      code: error.code,
      message: error.message,
      ...(meta && Object.keys(meta).length > 0 ? { meta } : {}),
      ...(trace ? { trace_id: trace.traceId, span_id: trace.spanId } : {}),
      ...(tips && tips.length > 0 ? { tips } : {}),
      fault: error.entry.fault,
    },
  });
}
