import { spendRecordSchema, type SpendRecord } from '#gateway-protocol';
import { SpendShipper, type ShipAnswer } from '../drain/spend-shipper.js';

/** A ledger like the control plane's: redelivery is harmless, and the first outcome of a request wins. */
export class FirstOutcomeReceiver extends SpendShipper {
  readonly admits = new Set<string>();
  readonly outcomes = new Map<string, SpendRecord>();
  /** Every record by its number. */
  readonly bySequence = new Map<number, string>();
  /** Numbers that came with two different records, and requests that came with two different outcomes. */
  readonly doubled: string[] = [];
  readonly batchSizes: number[] = [];
  /** What the next batches are answered instead of being taken, in order. */
  readonly troubles: ShipAnswer[] = [];

  override ship(lines: readonly string[]): Promise<ShipAnswer> {
    const trouble = this.troubles.shift();
    if (trouble !== undefined) return Promise.resolve(trouble);
    this.take(lines);
    return Promise.resolve({ kind: 'accepted', rejected: [] });
  }

  /** Books a batch. */
  take(lines: readonly string[]): void {
    this.batchSizes.push(lines.length);
    for (const line of lines) {
      const record = spendRecordSchema.parse(JSON.parse(line));
      const known = this.bySequence.get(record.pod_seq);
      if (known === line) continue;
      if (known !== undefined) this.doubled.push(`number ${record.pod_seq}`);
      this.bySequence.set(record.pod_seq, line);
      const requestId = record.payload.gateway_request_id;
      if (record.command === 'admitSpend') this.admits.add(requestId);
      else if (this.outcomes.has(requestId)) this.doubled.push(`outcome of ${requestId}`);
      else this.outcomes.set(requestId, record);
    }
  }

  /** The outcome booked for a request: its command, or the type of its error. */
  outcomeOf(requestId: string): string | undefined {
    const record = this.outcomes.get(requestId);
    return record?.command === 'failSpend' ? record.payload.error.type : record?.command;
  }
}
