import type { SpendRecord } from '#gateway-protocol';
import type { SpendEventSink } from '../spend-event.js';
import { OpenAdmits } from './open-admits.js';
import { SealedSegment } from './sealed-segment.js';
import type { SpoolDirectory } from './spool-directory.js';
import type { SpoolScan } from './spool-scan.js';

/** A line that was written, and what it means for its request. */
export interface WrittenLine {
  readonly line: string;
  readonly command: SpendRecord['command'];
  readonly requestId: string;
}

/** The sealed segments of a spool, oldest first, and the admits that no file may take with it while they are open. */
export class SegmentStore {
  private sealed: SealedSegment[] = [];
  private sealedBytes = 0;
  private openAdmits = new OpenAdmits();
  private readonly openFiles = new Set<number>();
  /** Files of open admits that also list requests which have their outcome by now. */
  private readonly staleOpenFiles = new Set<number>();

  /** Records deleted unshipped because the disk bound was reached or their file had vanished. */
  droppedTotal = 0;

  constructor(
    private readonly directory: SpoolDirectory,
    private readonly onEvent: SpendEventSink,
  ) {}

  /** Takes over what a former process left; `nowMs` becomes the age of its segments. */
  adopt(scan: SpoolScan, nowMs: number): void {
    this.sealed = [];
    this.sealedBytes = 0;
    this.openFiles.clear();
    this.staleOpenFiles.clear();
    this.openAdmits = scan.openAdmits;
    for (const { ordinal, bytes, records } of scan.segments)
      this.add(new SealedSegment(ordinal, bytes, records, nowMs));
    for (const ordinal of scan.openFiles) {
      if (this.openAdmits.in(ordinal).length > 0) this.openFiles.add(ordinal);
      else this.directory.removeOpenFile(ordinal);
    }
  }

  get count(): number {
    return this.sealed.length;
  }

  get bytes(): number {
    return this.sealedBytes;
  }

  get waitingRecords(): number {
    return this.sealed.reduce((sum, segment) => sum + segment.remaining, 0);
  }

  /** Admits on disk without an outcome on disk. */
  get openRequests(): number {
    return this.openAdmits.size;
  }

  /** The lines of those admits. */
  get openLines(): string[] {
    return this.openAdmits.lines();
  }

  get oldest(): SealedSegment | undefined {
    return this.sealed[0];
  }

  add(segment: SealedSegment): void {
    this.sealed.push(segment);
    this.sealedBytes += segment.bytes;
  }

  /** Notes lines that are now in the file `ordinal`: an admit opens its request, an outcome closes it. */
  noteWritten(lines: readonly WrittenLine[], ordinal: number): void {
    for (const { command, requestId, line } of lines) {
      if (command === 'admitSpend') {
        this.openAdmits.add(requestId, ordinal, line);
        continue;
      }
      const closed = this.openAdmits.close(requestId);
      if (closed === undefined || !this.openFiles.has(closed.ordinal)) continue;
      if (closed.wasLast) this.removeOpenFile(closed.ordinal);
      else this.staleOpenFiles.add(closed.ordinal);
    }
  }

  private writeOpenFile(ordinal: number): void {
    this.directory.writeOpenFile(ordinal, this.openAdmits.in(ordinal));
    this.openFiles.add(ordinal);
    this.staleOpenFiles.delete(ordinal);
  }

  private removeOpenFile(ordinal: number): void {
    try {
      this.directory.removeOpenFile(ordinal);
      this.openFiles.delete(ordinal);
      this.staleOpenFiles.delete(ordinal);
    } catch {
      // A file without open admits misleads nobody: the next start reads its outcomes too, and removes it.
    }
  }

  /**
   * Forgets a segment whose records are settled. Admits in it that are still open are kept aside for recovery.
   *
   * @param nextPodSeq Kept, because the segment may have been the last file that told it.
   */
  discard(segment: SealedSegment, nextPodSeq: number): void {
    const { ordinal } = segment;
    if (this.openAdmits.in(ordinal).length > 0) this.writeOpenFile(ordinal);
    // The segment may hold the outcomes that made them stale; without it a restart would take those requests for open.
    for (const stale of this.staleOpenFiles) this.writeOpenFile(stale);
    this.directory.writePodSeq(nextPodSeq);
    this.directory.removeSegment(ordinal);
    this.sealed = this.sealed.filter((each) => each !== segment);
    this.sealedBytes -= segment.bytes;
  }

  /** Gives up a segment that cannot be shipped any more, and counts the records that still waited in it. */
  drop(segment: SealedSegment, reason: 'overflow' | 'missing', nextPodSeq: number): void {
    this.discard(segment, nextPodSeq);
    this.droppedTotal += segment.remaining;
    this.onEvent({ kind: 'records_dropped', reason, records: segment.remaining });
  }

  /** Drops the oldest segments until at most `bytesMax` remain, sparing one that is being shipped. */
  dropBeyond(bytesMax: number, nextPodSeq: number): void {
    while (this.sealedBytes > bytesMax) {
      const oldest = this.sealed.find((segment) => !segment.shipping);
      if (oldest === undefined) return;
      this.drop(oldest, 'overflow', nextPodSeq);
    }
  }
}
