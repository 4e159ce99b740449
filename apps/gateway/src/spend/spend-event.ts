/** Something about the spend journal that an operator may need to know. Holds ids and codes, never content. */
export type SpendEvent =
  | { readonly kind: 'spool_opened'; readonly recoveredRequests: number; readonly waitingRecords: number }
  | { readonly kind: 'spool_unavailable'; readonly reason: string }
  | { readonly kind: 'spool_write_failed'; readonly reason: string }
  | { readonly kind: 'spool_write_recovered' }
  | { readonly kind: 'records_dropped'; readonly reason: 'intake' | 'overflow' | 'missing'; readonly records: number }
  | {
      readonly kind: 'record_rejected';
      readonly code: string;
      readonly index: number;
      readonly requestId: string | undefined;
      readonly projectId: string | undefined;
    }
  | { readonly kind: 'rejected_log_failed'; readonly reason: string }
  | { readonly kind: 'ship_failed'; readonly reason: string; readonly retryInMs: number }
  | { readonly kind: 'second_outcome'; readonly requestId: string };

/** Receives every {@link SpendEvent}, to log it. Must not throw. */
export type SpendEventSink = (event: SpendEvent) => void;

/** Whether spend is being recorded; readiness shows `reason` when it is not. */
export type SpendHealth = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What went wrong, in a form that is safe to log: a system error by its code and call, without paths. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  if ('code' in error && 'syscall' in error) return `${String(error.code)} (${String(error.syscall)})`;
  return error.message;
}
