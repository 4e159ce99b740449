import type { ChangeEvent } from '#gateway-protocol';
import type { SharedEntry } from './shared-entry.js';

/**
 * Answer to "what do the replicas hold for this key?".
 *
 * - `found`: a genuine entry that no recorded revocation has overtaken. `overtaken` tells that an edit has: it may be
 *   used only when the control plane cannot be asked.
 * - `absent`: nothing that may be used, whether it was never there, revoked, or not to be trusted.
 * - `unavailable`: the store could not be asked within its bound; says nothing about the key.
 */
export type SharedAnswer =
  | { readonly kind: 'found'; readonly entry: SharedEntry; readonly overtaken: boolean }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unavailable' };

/** What became of a write: `overtaken` means that the store knows better and kept what it has. */
export type SharedWrite = 'done' | 'overtaken' | 'unavailable';

/** What a change is about: one virtual key, or any key of an organization. */
export type SharedSubject = { readonly virtualKeyId: string } | { readonly organizationId: string };

/** How far a record against entries reaches. */
export interface SharedMark {
  /** Entries from this time or before are concerned, milliseconds since the epoch. */
  readonly untilMs: number;
  /** How long it must be remembered, milliseconds: longer than any such entry lives. */
  readonly ttlMs: number;
}

/** A change as replicas tell it to each other. */
export interface SharedChange {
  readonly change: ChangeEvent;
  readonly organizationId: string;
}

/**
 * Holds resolved keys for all replicas, and carries their news of changes: Redis, or a fake in tests.
 *
 * No method rejects, and each answers within a bound of the store's own, so that a frozen store costs a request that
 * bound at most.
 */
export abstract class SharedKeyStore {
  /** Looks a key up by its digest, with all that is recorded against it, in one round trip. Ends early on `signal`. */
  abstract get(digest: string, signal: AbortSignal): Promise<SharedAnswer>;

  /**
   * Stores an entry for `ttlMs`, unless its key was removed at or after the time when it was resolved, or a later entry
   * is there already.
   */
  abstract put(digest: string, entry: SharedEntry, ttlMs: number): Promise<SharedWrite>;

  /** Drops the entry of one digest, if there is one. */
  abstract discard(digest: string): Promise<SharedWrite>;

  /**
   * Drops all entries of a virtual key and leaves a tombstone, which refuses every entry that was resolved at or before
   * the mark's time, whenever it is written or read.
   */
  abstract remove(virtualKeyId: string, mark: SharedMark): Promise<SharedWrite>;

  /** Records an edit: entries that were last confirmed at or before the mark's time are answered as overtaken. */
  abstract markChanged(subject: SharedSubject, mark: SharedMark): Promise<SharedWrite>;

  /** Tells the other replicas of a change. Who does not listen at the moment never hears of it. */
  abstract publish(change: SharedChange): Promise<SharedWrite>;

  /** Sets who is called with each change that another replica tells, until the store stops. Once only. */
  abstract subscribe(listener: (change: SharedChange) => void): void;
}
