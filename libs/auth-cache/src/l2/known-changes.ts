import type { Bundle } from '#gateway-protocol';
import { BoundedTimes } from './bounded-times.js';

/** What a replica itself knows to have happened to a key since an entry of it was made. */
export type KnownChange =
  /** The key was revoked, disabled or rotated, or the control plane refused it: the entry must not be used. */
  | 'removed'
  /** The key or its surroundings were edited: the control plane is asked before the entry is used. */
  | 'edited'
  /** Numbers or order changed: the entry is used and refreshed behind the request. */
  | 'refreshed'
  | 'none';

/** Times of an entry, milliseconds since the epoch. */
export interface EntryTimes {
  readonly resolvedAtMs: number;
  readonly checkedAtMs: number;
}

/**
 * Remembers what this replica heard of changes, to judge entries that come from a shared store.
 *
 * The shared store has its own record, but it may have been away when a change was heard. Memory is bounded, and what
 * was forgotten counts as having happened to every older entry.
 */
export class KnownChanges {
  private readonly removed: BoundedTimes;
  private readonly edited: BoundedTimes;
  private readonly refreshed: BoundedTimes;
  private readonly refused: BoundedTimes;

  constructor(subjectsMax: number) {
    this.removed = new BoundedTimes(subjectsMax);
    this.edited = new BoundedTimes(subjectsMax);
    this.refreshed = new BoundedTimes(subjectsMax);
    this.refused = new BoundedTimes(subjectsMax);
  }

  /** Records that every entry of a virtual key that was resolved up to `untilMs` is void. */
  recordRemoval(virtualKeyId: string, untilMs: number): void {
    this.removed.record(virtualKeyId, untilMs);
  }

  /** Records an edit of a virtual key. */
  recordKeyEdit(virtualKeyId: string, untilMs: number): void {
    this.edited.record(`key ${virtualKeyId}`, untilMs);
  }

  /** Records a change that may concern any key of an organization; `mustCheck` when it may tighten one. */
  recordOrganizationChange(organizationId: string, mustCheck: boolean, untilMs: number): void {
    (mustCheck ? this.edited : this.refreshed).record(`organization ${organizationId}`, untilMs);
  }

  /** Records that the control plane refused a presented key. */
  recordRefusal(digest: string, untilMs: number): void {
    this.refused.record(digest, untilMs);
  }

  /** The gravest that is known to have happened since an entry was made. */
  since(times: EntryTimes, digest: string, bundle: Bundle): KnownChange {
    const { resolvedAtMs, checkedAtMs } = times;
    const { virtualKeyId, organizationId } = bundle;
    if (this.removed.happenedSince(virtualKeyId, resolvedAtMs)) return 'removed';
    // A flood of made-up keys pushes refusals out; were the forgotten ones to count, it would void every shared entry.
    if (this.refused.recordedSince(digest, resolvedAtMs)) return 'removed';
    if (this.edited.happenedSince(`key ${virtualKeyId}`, checkedAtMs)) return 'edited';
    if (this.edited.happenedSince(`organization ${organizationId}`, checkedAtMs)) return 'edited';
    return this.refreshed.happenedSince(`organization ${organizationId}`, checkedAtMs) ? 'refreshed' : 'none';
  }
}
