import { SPEND_BATCH_RECORDS_MAX } from '#gateway-protocol';

/** The most bytes of records in one batch. A single longer record makes a batch of its own. */
export const SPEND_BATCH_BYTES_MAX = 1024 * 1024;

/** Cuts lines into batches that a control plane takes: at most 500 records and 1 MiB each, in order. */
export function* batchesOf(lines: readonly string[]): IterableIterator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    const lineBytes = Buffer.byteLength(line) + 1;
    const full = batch.length >= SPEND_BATCH_RECORDS_MAX || bytes + lineBytes > SPEND_BATCH_BYTES_MAX;
    if (full && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += lineBytes;
  }
  if (batch.length > 0) yield batch;
}
