import type { Clock } from '#kernel';
import { Logger } from '@nestjs/common';
import type { SpendEvent } from './spend-event.js';

/** Under overflow every record would be a line of its own, so drops are summed up for this long. */
const DROP_REPORT_INTERVAL_MS = 10_000;

/** Writes spend events to the gateway's log: what lost money as errors, what will be tried again as warnings. */
export class SpendEventLog {
  private readonly logger = new Logger('Spend');
  private dropReportedAtMs = Number.NEGATIVE_INFINITY;
  private dropsUnreported = 0;

  constructor(private readonly clock: Clock) {}

  /** Logs one event. Repeated drops become one line with their sum every ten seconds. */
  readonly write = (event: SpendEvent): void => {
    switch (event.kind) {
      case 'spool_opened':
      case 'spool_write_recovered':
        return this.logger.log(describe(event));
      case 'ship_failed':
        return this.logger.warn(describe(event));
      case 'records_dropped':
        return this.writeDrop(event);
      default:
        return this.logger.error(describe(event));
    }
  };

  private writeDrop(event: Extract<SpendEvent, { kind: 'records_dropped' }>): void {
    this.dropsUnreported += event.records;
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.dropReportedAtMs < DROP_REPORT_INTERVAL_MS) return;
    this.logger.error({ ...describe(event), records: this.dropsUnreported });
    this.dropReportedAtMs = nowMs;
    this.dropsUnreported = 0;
  }
}

const SENTENCES: Readonly<Record<SpendEvent['kind'], string>> = {
  spool_opened: 'spend spool opened',
  spool_unavailable: 'spend spool unavailable, serving WITHOUT spend emission',
  spool_write_failed: 'spend spool cannot be written, records wait in memory',
  spool_write_recovered: 'spend spool can be written again',
  records_dropped: 'spend records were dropped and will not be billed',
  record_rejected: 'a spend record was rejected for good and kept in rejected.ndjson',
  rejected_log_failed: 'a rejected spend record could not be kept',
  ship_failed: 'spend drainer ship failed, retrying',
  second_outcome: 'a request reported a second outcome, which was ignored',
};

function describe(event: SpendEvent): Record<string, unknown> {
  const { kind, ...fields } = event;
  return { event: `spend_${kind}`, message: SENTENCES[kind], ...fields };
}
