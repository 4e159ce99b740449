import type { ChangeEvent } from '#gateway-protocol';
import type { ChangeNews } from './change-source.js';

/**
 * A revision that no feed reaches, but that every number type holds exactly. Asked for what comes after it, a control
 * plane has nothing to say but its current revision.
 */
const BEYOND_ALL_REVISIONS = String(Number.MAX_SAFE_INTEGER);

/** Events in a full page of the feed; a shorter page is the last one. */
const PAGE_EVENTS_MAX = 500;

/** What an answer of the feed asks to be done. */
export interface FeedStep {
  /** Changes to apply, in order. */
  readonly changes: readonly ChangeEvent[];
  /** Changes may have been missed, so that whatever is held must be asked for again. */
  readonly revalidate: boolean;
  /** The feed has more to say at once; otherwise the next poll keeps its distance. */
  readonly progressed: boolean;
}

const NOTHING: FeedStep = { changes: [], revalidate: false, progressed: false };

/**
 * An organization's place in the change feed.
 *
 * The first answers only find the present: history is never applied, since everything held was loaded after it, and
 * replaying it would evict all of that. Finding it takes one poll beyond all revisions; a control plane that does not
 * tell its revision then is read from the start, unapplied. What happened until the place was found is made up for by
 * revalidating once.
 */
export class FeedCursor {
  private phase: 'probe' | 'replay' | 'follow';
  private revision: string;

  /** @param from Revision that everything held is at least as new as; with it there is no place to be found. */
  constructor(from?: string) {
    this.phase = from === undefined ? 'probe' : 'follow';
    this.revision = from ?? BEYOND_ALL_REVISIONS;
  }

  /** The `since` of the next poll. */
  get since(): string {
    return this.revision;
  }

  /** Whether the place in the feed is still being found; such polls should be short. */
  get isSeeking(): boolean {
    return this.phase !== 'follow';
  }

  /** Takes the next answer in. */
  advance(answer: ChangeNews): FeedStep {
    switch (this.phase) {
      case 'probe':
        return this.probe(answer);
      case 'replay':
        return this.replay(answer);
      case 'follow':
        return this.follow(answer);
    }
  }

  private probe(answer: ChangeNews): FeedStep {
    const { cursor } = answer;
    if (answer.kind === 'quiet' && cursor !== undefined && compareRevisions(cursor, BEYOND_ALL_REVISIONS) < 0) {
      return this.found(cursor);
    }
    this.phase = 'replay';
    this.revision = '0';
    return { ...NOTHING, progressed: true };
  }

  private replay(answer: ChangeNews): FeedStep {
    const cursor = answer.cursor ?? this.revision;
    const isLastPage = answer.kind === 'quiet' || answer.changes.length < PAGE_EVENTS_MAX;
    if (isLastPage || compareRevisions(cursor, this.revision) <= 0) return this.found(cursor);
    this.revision = cursor;
    return { ...NOTHING, progressed: true };
  }

  private found(cursor: string): FeedStep {
    this.phase = 'follow';
    this.revision = cursor;
    return { changes: [], revalidate: true, progressed: true };
  }

  private follow(answer: ChangeNews): FeedStep {
    const cursor = answer.cursor ?? this.revision;
    const order = compareRevisions(cursor, this.revision);
    this.revision = cursor;
    return {
      changes: answer.kind === 'changes' ? answer.changes : [],
      // A feed that went back was restored or replaced, and what it said in between is unknown.
      revalidate: order < 0,
      progressed: answer.kind === 'changes' && order > 0,
    };
  }
}

/** Orders two revisions, decimal digits of any length. */
function compareRevisions(left: string, right: string): number {
  const difference = BigInt(left) - BigInt(right);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}
