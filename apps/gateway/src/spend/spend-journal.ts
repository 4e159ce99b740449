import type { AdmitSpend, ConfirmSpend, FailSpend } from '#gateway-protocol';
import { InvariantError } from '#kernel';
import type { SpendEventSink } from './spend-event.js';
import type { Spool } from './spool/spool.js';

/** How to build a {@link SpendJournal}. */
export interface SpendJournalOptions {
  /** Where records go. `undefined`: spend is switched off, and nothing is recorded. */
  readonly spool: Spool | undefined;
  readonly onEvent: SpendEventSink;
  /** Throw on a second outcome instead of counting it. For tests; a request in production must not fail by it. */
  readonly strict: boolean;
}

const RESOLVED = Promise.resolve();

/**
 * Where the gateway notes what each request costs: one admit, then exactly one outcome.
 *
 * Admit before anything is dispatched; confirm or fail once, whatever way the request ends. All calls are cheap, and none
 * throws because of the disk.
 */
export class SpendJournal {
  private readonly open = new Set<string>();

  /** Outcomes that were ignored because their request had one already, or was never admitted. */
  secondOutcomeTotal = 0;

  constructor(private readonly options: SpendJournalOptions) {}

  /** Requests that were admitted by this process and have no outcome yet. */
  get openRequests(): number {
    return this.open.size;
  }

  /**
   * Notes that a request is about to be served. Send it to a provider only when the promise has resolved: from then on
   * the note survives a killed process. It never rejects, and waits for no disk that refuses.
   */
  admit(payload: AdmitSpend): Promise<void> {
    this.open.add(payload.gateway_request_id);
    const { spool } = this.options;
    if (spool === undefined) return RESOLVED;
    spool.append({ command: 'admitSpend', payload });
    return spool.written();
  }

  /** Notes what a request that succeeded has used. */
  confirm(payload: ConfirmSpend): void {
    if (this.close(payload.gateway_request_id)) this.options.spool?.append({ command: 'confirmSpend', payload });
  }

  /** Notes that a request failed or was cut, and what it has used nevertheless. */
  fail(payload: FailSpend): void {
    if (this.close(payload.gateway_request_id)) this.options.spool?.append({ command: 'failSpend', payload });
  }

  private close(requestId: string): boolean {
    if (this.open.delete(requestId)) return true;
    if (this.options.strict) throw new InvariantError(`request ${requestId} has an outcome already, or no admit`);
    this.secondOutcomeTotal += 1;
    this.options.onEvent({ kind: 'second_outcome', requestId });
    return false;
  }
}
