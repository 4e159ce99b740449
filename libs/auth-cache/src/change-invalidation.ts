import type { ChangeEvent } from '#gateway-protocol';
import type { CacheEntry } from './cache-entry.js';
import { changeRule, isKeyChange, reactionTo, type ChangeRule } from './change-reaction.js';
import type { KeyCacheParts } from './entry-outcomes.js';
import type { KeyEndReason } from './key-cache-events.js';

/** The longest part of an unknown kind that is reported: it comes from outside and goes to a log. */
const REPORTED_KIND_LENGTH_MAX = 64;

/** Kinds of change that end a key, and what its clients are told. */
const END_REASONS = new Map<string, KeyEndReason>([
  ['VK_REVOKED', 'virtual_key_revoked'],
  ['VK_DISABLED', 'virtual_key_disabled'],
]);

/** Applies change events to what a key cache holds, and marks them for loads that are still on their way. */
export class ChangeInvalidation {
  constructor(private readonly parts: KeyCacheParts) {}

  /** @returns How many entries were evicted or marked. */
  apply(change: ChangeEvent, organizationId: string): number {
    const rule = changeRule(change.kind);
    if (rule === undefined) {
      const changeKind = change.kind.slice(0, REPORTED_KIND_LENGTH_MAX);
      this.parts.events.record({ kind: 'change_unhandled', changeKind, organizationId });
      return 0;
    }
    this.reportEnd(change);
    let evicted = 0;
    let marked = 0;
    for (const entry of this.concernedEntries(rule, change, organizationId)) {
      const reaction = reactionTo(rule, change, entry.bundle);
      if (reaction === 'ignore') continue;
      if (reaction === 'evict') {
        this.parts.store.remove(entry);
        evicted += 1;
      } else {
        entry.markChanged(reaction === 'check');
        marked += 1;
      }
    }
    if (evicted + marked > 0) this.report(change, organizationId, evicted, marked);
    return evicted + marked;
  }

  /** @returns How many entries were marked. */
  revalidateOrganization(organizationId: string): number {
    const { marks, store } = this.parts;
    marks.recordOrganizationChange(organizationId, true);
    const entries = store.ofOrganization(organizationId);
    for (const entry of entries) entry.markChanged(true);
    return entries.size;
  }

  private concernedEntries(rule: ChangeRule, change: ChangeEvent, organizationId: string): Iterable<CacheEntry> {
    const { store, marks, unknownKeys, spread } = this.parts;
    spread?.note(change, organizationId);
    if (!isKeyChange(rule)) {
      marks.recordOrganizationChange(organizationId, rule.reaction === 'check');
      return store.ofOrganization(organizationId);
    }
    const virtualKeyId = change.virtual_key_id ?? '';
    marks.recordKeyChange(virtualKeyId);
    // Whatever became of the key, it exists: nobody should be told for another while that it does not.
    unknownKeys.clear();
    return store.ofVirtualKey(virtualKeyId);
  }

  private reportEnd({ kind, virtual_key_id: virtualKeyId }: ChangeEvent): void {
    const reason = END_REASONS.get(kind);
    if (reason !== undefined && virtualKeyId) this.parts.events.record({ kind: 'key_ended', virtualKeyId, reason });
  }

  private report(change: ChangeEvent, organizationId: string, evicted: number, marked: number): void {
    const target = change.virtual_key_id ?? change.model_provider_id ?? change.budget_id ?? organizationId;
    const reason = change.kind.toLowerCase();
    this.parts.events.record({ kind: 'change_evict', reason, organizationId, target, evicted, marked });
  }
}
