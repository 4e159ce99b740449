import type { ChangeEvent } from '#gateway-protocol';
import type { ChangeReaction, ChangeRule } from '../change-reaction.js';
import { changeRule, isKeyChange } from '../change-reaction.js';
import { BoundedTimes } from './bounded-times.js';
import { BoundedWork } from './bounded-work.js';
import type { SharedChange, SharedKeyStore, SharedSubject, SharedWrite } from './shared-key-store.js';
import type { SharedKeys, SharedKeysParts } from './shared-keys.js';

type SpreadParts = Pick<SharedKeysParts, 'clock' | 'events' | 'options'>;

/** A record against entries that the shared store must have. */
interface Notice {
  readonly subject: SharedSubject;
  readonly effect: 'removed' | 'edited';
  readonly untilMs: number;
}

/** News at a time, and news that may wait; beyond that a revocation is left to the other replicas' own feeds. */
const SPREADING_MAX = 4;
const WAITING_MAX = 1_000;

/** Notices that are kept for when the store comes back; the oldest goes first. */
const UNDELIVERED_MAX = 1_000;

/** How long after it was heard a change counts as the same news when it comes by the other way. */
const SAME_NEWS_MS = 60_000;

/**
 * Carries changes between replicas: records them against the entries in the shared store, tells the other replicas, and
 * hears what they tell.
 *
 * The change feed stays the word of record: what is lost here is made up for by it, later.
 */
export class ChangeSpread {
  private readonly heard: BoundedTimes;
  private readonly work: BoundedWork;
  private readonly undelivered = new Map<string, Notice>();

  /** @param apply Applies a change that another replica told. */
  constructor(
    private readonly parts: SpreadParts,
    private readonly keys: SharedKeys,
    private readonly shared: SharedKeyStore,
    apply: (change: SharedChange) => void,
  ) {
    this.heard = new BoundedTimes(parts.options.sharedSubjectsMax);
    this.work = new BoundedWork(SPREADING_MAX, WAITING_MAX, (cause) =>
      parts.events.recordShared({ kind: 'shared_fault', cause }),
    );
    keys.onReachable(() => this.retry());
    shared.subscribe((told) => {
      if (this.isNews(told)) apply(told);
    });
  }

  /** Notes a change for what comes from the store from now on: whoever told it. */
  note(change: ChangeEvent, organizationId: string): void {
    const rule = changeRule(change.kind);
    if (rule === undefined) return;
    const { known, changeReachesMs } = this.keys;
    if (!isKeyChange(rule)) {
      known.recordOrganizationChange(organizationId, rule.reaction === 'check', changeReachesMs);
    } else if (rule.reaction === 'evict') {
      known.recordRemoval(change.virtual_key_id ?? '', changeReachesMs);
    } else if (rule.reaction === 'check') {
      known.recordKeyEdit(change.virtual_key_id ?? '', changeReachesMs);
    }
  }

  /** Takes a change from this replica's own feed to the store and to the other replicas; returns at once. */
  tell(change: ChangeEvent, organizationId: string): void {
    const rule = changeRule(change.kind);
    if (rule === undefined || rule.reaction === 'refresh') return;
    const told = { change, organizationId };
    const isNews = this.isNews(told);
    const notice = this.noticeOf(rule, told);
    if (notice !== undefined) this.deliver(notice);
    // Who heard it from another replica leaves the telling to that one.
    if (isNews) this.work.offer(async () => void (await this.shared.publish(told)));
  }

  /** Forgets what waits. */
  stop(): void {
    this.work.stop();
  }

  /** Records what could not be recorded while the store was away. */
  private retry(): void {
    if (this.undelivered.size === 0) return;
    const notices = [...this.undelivered.values()];
    this.undelivered.clear();
    for (const notice of notices) this.deliver(notice);
  }

  private noticeOf(rule: ChangeRule, { change, organizationId }: SharedChange): Notice | undefined {
    const effect = EFFECTS[rule.reaction];
    if (effect === undefined) return undefined;
    const subject = isKeyChange(rule) ? { virtualKeyId: change.virtual_key_id ?? '' } : { organizationId };
    return { subject, effect, untilMs: this.keys.changeReachesMs };
  }

  private deliver(notice: Notice): void {
    const taken = this.work.offer(async () => {
      if ((await this.record(notice)) === 'unavailable') this.keep(notice);
    });
    if (!taken) this.keep(notice);
  }

  private record({ subject, effect, untilMs }: Notice): Promise<SharedWrite> {
    // It must outlive every entry that it speaks against, also one that a clock made a little younger.
    const mark = { untilMs, ttlMs: this.keys.lifeMaxMs + 2 * this.parts.options.sharedClockSkewMs };
    if (effect === 'removed' && 'virtualKeyId' in subject) return this.shared.remove(subject.virtualKeyId, mark);
    return this.shared.markChanged(subject, mark);
  }

  private keep(notice: Notice): void {
    const name = `${notice.effect} ${JSON.stringify(notice.subject)}`;
    this.undelivered.delete(name);
    this.undelivered.set(name, notice);
    if (this.undelivered.size <= UNDELIVERED_MAX) return;
    for (const oldest of this.undelivered.keys()) {
      this.undelivered.delete(oldest);
      return;
    }
  }

  private isNews({ change, organizationId }: SharedChange): boolean {
    const nowMs = this.parts.clock.monotonicMs();
    const { kind, revision, virtual_key_id: keyId, budget_id: budgetId, model_provider_id: providerId } = change;
    const name = JSON.stringify([organizationId, revision, kind, keyId, budgetId, providerId]);
    const isOld = this.heard.recordedSince(name, nowMs - SAME_NEWS_MS);
    this.heard.record(name, nowMs);
    return !isOld;
  }
}

const EFFECTS: Readonly<Record<ChangeReaction, Notice['effect'] | undefined>> = {
  evict: 'removed',
  check: 'edited',
  refresh: undefined,
  ignore: undefined,
};
