import type { BreakerPhase } from '#retry';

/** What of a shared store failed, as it is reported. */
export type SharedOperation = 'get' | 'put' | 'discard' | 'remove' | 'mark_changed' | 'publish';

/** What the second level of the key cache reports, for logs and metrics. Nothing in an event is secret. */
export type SharedKeyEvent =
  /** The connection came up, or was lost; `detail` says why, once per loss. */
  | { readonly kind: 'shared_store_connected' }
  | { readonly kind: 'shared_store_lost'; readonly detail: string }
  /** A command failed or took longer than its bound. The breaker keeps these few while the store is in trouble. */
  | { readonly kind: 'shared_store_failed'; readonly operation: SharedOperation; readonly detail: string }
  /** `open`: the store is left alone for a while; `closed`: it is asked again. */
  | { readonly kind: 'shared_store_breaker'; readonly from: BreakerPhase; readonly to: BreakerPhase }
  /** A stored value was not sealed by us, was that of another key, or was not what its seal promised. */
  | { readonly kind: 'shared_entry_rejected'; readonly reason: 'unopened' | 'malformed' | 'other_key' }
  /** A message on the channel of changes was not sealed by us, was malformed, or was too old. */
  | { readonly kind: 'shared_change_rejected'; readonly reason: 'unopened' | 'malformed' | 'outdated' }
  /** A key came from the shared store into memory; `trusted` is false when the control plane was asked before use. */
  | {
      readonly kind: 'shared_fill';
      readonly virtualKeyId: string;
      readonly checkedAgoMs: number;
      readonly trusted: boolean;
    }
  /** A write was given up because too many were waiting; only entries are, news of changes are kept longer. */
  | { readonly kind: 'shared_write_dropped'; readonly writesMax: number }
  /** A defect of ours in work that nobody waits for. */
  | { readonly kind: 'shared_fault'; readonly cause: unknown };
