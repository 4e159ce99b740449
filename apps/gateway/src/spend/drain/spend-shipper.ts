/** What became of a batch. */
export type ShipAnswer =
  /** Taken, except the records named: those will never be. */
  | { readonly kind: 'accepted'; readonly rejected: readonly { readonly index: number; readonly code: string }[] }
  /** Refused as a whole, because of what is in it: sending it again cannot help. */
  | { readonly kind: 'refused'; readonly code: string }
  /** Not delivered, or not known to be: to be sent again. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Delivers batches of spend records to whoever keeps the ledger. */
export abstract class SpendShipper {
  /**
   * Delivers `lines`, each the JSON text of one record, in order. Delivering a record twice must do no harm.
   *
   * Never rejects for reasons of the network; an aborted `signal` gives `unavailable`.
   */
  abstract ship(lines: readonly string[], signal: AbortSignal): Promise<ShipAnswer>;
}
