import type { ChangeEvent } from '#gateway-protocol';
import type { SourceFailure } from './key-source.js';

/** What one poll asks. */
export interface ChangePoll {
  readonly organizationId: string;
  /** Cursor: only changes after it are wanted. Decimal digits. */
  readonly since: string;
  /** Seconds that the control plane may hold the poll when there is nothing to say, 1 to 25. */
  readonly timeoutSeconds: number;
}

/** Answer to one poll. */
export type ChangeAnswer =
  /** In order; `cursor` is where the next poll goes on. */
  | { readonly kind: 'changes'; readonly cursor: string; readonly changes: readonly ChangeEvent[] }
  /** Nothing happened; `cursor` is absent when the control plane did not name it. */
  | { readonly kind: 'quiet'; readonly cursor: string | undefined }
  /** Nothing was learned, and nothing is wrong: the source has changed its ways and is to be asked anew. */
  | { readonly kind: 'again' }
  | { readonly kind: 'unavailable'; readonly failure: SourceFailure };

/** An answer that says something about the feed. */
export type ChangeNews = Extract<ChangeAnswer, { kind: 'changes' | 'quiet' }>;

/** Where change events come from: the control plane, or a fake in tests. */
export abstract class ChangeSource {
  /** Whether all polls share a few connections, so that their number need not be limited. It may change over time. */
  get sharesConnections(): boolean {
    return false;
  }

  /** Asks once. Expected to answer, not to throw; ends early when `signal` aborts. */
  abstract poll(poll: ChangePoll, signal: AbortSignal): Promise<ChangeAnswer>;
}
