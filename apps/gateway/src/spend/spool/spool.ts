import type { SpendRecord } from '#gateway-protocol';
import { describeFailure, type SpendHealth } from '../spend-event.js';
import { ActiveSegment } from './active-segment.js';
import { recoveredOutcome } from './recovered-outcome.js';
import { SealedSegment } from './sealed-segment.js';
import { SegmentStore, type WrittenLine } from './segment-store.js';
import { encodeSpoolLine, parseSpoolLine } from './spool-line.js';
import { SpoolLock } from './spool-lock.js';
import type { SpendCommand, SpoolOptions } from './spool-options.js';
import { scanSpool } from './spool-scan.js';

const SEGMENT_BYTES_MAX = 1024 * 1024;
/** The oldest segment is what overflow drops, so a small spool is cut into at least this many. */
const SEGMENTS_PER_SPOOL_MIN = 4;
/** Records that wait in memory for a disk that refuses them. */
const PENDING_RECORDS_MAX = 4096;
/** From this many waiting segments on, the active one grows to its full size instead of being sealed at each flush. */
const EAGER_SEALS_MAX = 64;

/**
 * The gateway's on-disk journal of spend records that are not shipped yet.
 *
 * Records are gathered and written once per turn of the event loop, in one system call however many requests the turn
 * brought; {@link written} tells when. A request is sent to a provider only after its admit was written, so a killed
 * process loses no request that it dispatched; an outcome that a kill takes is replaced at the next {@link open}.
 * A machine that loses power can lose what was written since the last flush. Nothing here throws into a request: trouble
 * shows in the counters and in {@link health}.
 */
export class Spool {
  private readonly store: SegmentStore;
  private readonly segmentBytesMax: number;
  private lock: SpoolLock | undefined;
  private trouble: string | undefined = 'the spool is not open';
  private podId = '';
  private nextPodSeq = 0;
  private active: ActiveSegment;
  private activeSinceMs = 0;
  private pending: WrittenLine[] = [];
  /** Ends with the write that is due at the end of this turn of the event loop, if one is. */
  private turnEnd: Promise<void> | undefined;
  private readonly syncing = new Set<Promise<void>>();

  /** Records written to the disk, recovery's own included. */
  appendedTotal = 0;
  /** Records lost before they reached the disk: the spool was not open, or the disk refused them for too long. */
  droppedIntakeTotal = 0;
  /** Requests of a former process that got the outcome `gateway_restarted`. */
  recoveredTotal = 0;

  constructor(private readonly options: SpoolOptions) {
    this.store = new SegmentStore(options.directory, options.onEvent);
    this.active = new ActiveSegment(options.directory, 0);
    this.segmentBytesMax = Math.min(SEGMENT_BYTES_MAX, Math.ceil(options.maxBytes / SEGMENTS_PER_SPOOL_MIN));
  }

  /** Whether records reach the disk now. */
  get health(): SpendHealth {
    return this.trouble === undefined ? { ok: true } : { ok: false, reason: this.trouble };
  }

  /** Whether the folder is held and records are taken. */
  get isOpen(): boolean {
    return this.lock !== undefined;
  }

  /** Records deleted unshipped because the disk bound was reached or their file had vanished. */
  get droppedOverflowTotal(): number {
    return this.store.droppedTotal;
  }

  /** Records that wait to be shipped, those in memory included. */
  get waitingRecords(): number {
    return this.store.waitingRecords + this.active.records + this.pending.length;
  }

  /** Bytes of records on disk. */
  get waitingBytes(): number {
    return this.store.bytes + this.active.bytes;
  }

  /** Age in milliseconds of the oldest record on disk; 0 when none waits. After a restart it counts from the start. */
  get lagMs(): number {
    const sinceMs = this.store.oldest?.startedAtMs ?? (this.active.records > 0 ? this.activeSinceMs : undefined);
    return sinceMs === undefined ? 0 : Math.max(0, this.options.clock.now() - sinceMs);
  }

  /** Admits on disk without an outcome on disk. */
  get openRequests(): number {
    return this.store.openRequests;
  }

  /**
   * Takes the folder, reads what a former process left and writes an outcome for every request that it left open.
   *
   * @returns The health: not ok when the folder cannot be used, for instance because another process holds it. May be
   * called again then.
   */
  open(): SpendHealth {
    if (this.lock !== undefined) return this.health;
    const { directory, podId, random, clock, onEvent } = this.options;
    let lock: SpoolLock | undefined;
    try {
      directory.prepare();
      lock = SpoolLock.acquire(directory.lockPath);
      this.podId = podId ?? directory.podId(random);
      const scan = scanSpool(directory);
      this.store.adopt(scan, clock.now());
      this.active = new ActiveSegment(directory, scan.nextOrdinal);
      this.nextPodSeq = scan.nextPodSeq;
    } catch (error) {
      lock?.release();
      this.trouble = describeFailure(error);
      onEvent({ kind: 'spool_unavailable', reason: this.trouble });
      return this.health;
    }
    this.lock = lock;
    this.trouble = undefined;
    const recoveredRequests = this.recover();
    onEvent({ kind: 'spool_opened', recoveredRequests, waitingRecords: this.waitingRecords });
    return this.health;
  }

  /** Records a command; it is written with the others of this turn of the event loop, see {@link written}. Never throws. */
  append(entry: SpendCommand): void {
    if (this.pending.length >= PENDING_RECORDS_MAX && this.trouble === undefined) this.flush();
    if (this.lock === undefined || this.pending.length >= PENDING_RECORDS_MAX) return this.dropAtIntake(1);
    this.gather(entry);
    // While the disk refuses, only the flush tick tries again: a request must not pay for a growing rewrite.
    if (this.trouble === undefined) this.scheduleWrite();
  }

  /**
   * Resolves when everything that was appended so far has been written, so that a killed process no longer loses it.
   * Resolves as well when the disk refuses: health tells that, and no request waits for a disk.
   */
  written(): Promise<void> {
    return this.turnEnd ?? Promise.resolve();
  }

  /** Writes what waits in memory, in one piece. */
  flush(): void {
    if (this.pending.length === 0) return;
    const lines = this.pending;
    try {
      this.active.append(lines.map((each) => each.line));
      this.pending = [];
      this.appendedTotal += lines.length;
      if (this.active.records === lines.length) this.activeSinceMs = this.options.clock.now();
      this.store.noteWritten(lines, this.active.ordinal);
      this.recovered();
    } catch (error) {
      return this.failed(error);
    }
    if (this.active.bytes >= this.segmentBytesMax) this.rotate();
  }

  /** What is due every flush interval: writes, then seals what there is, so that it is synced and offered for shipping. */
  tick(): void {
    if (this.lock === undefined) return;
    if (this.trouble !== undefined && this.pending.length === 0) this.probeDisk();
    this.flush();
    if (this.store.count < EAGER_SEALS_MAX) this.rotate();
    else this.watchSync(this.active.sync());
  }

  /** Seals everything so far; resolves when it is on the disk. */
  async seal(): Promise<void> {
    if (this.lock === undefined) return;
    this.flush();
    this.rotate();
    await Promise.all(this.syncing);
  }

  /** The segment to ship next, if any is sealed. */
  oldest(): SealedSegment | undefined {
    return this.store.oldest;
  }

  /** The content of a segment; `undefined` when its file has vanished. */
  read(segment: SealedSegment): Promise<string | undefined> {
    return this.options.directory.readSegment(segment.ordinal);
  }

  /** Forgets a segment whose records are all settled. */
  discard(segment: SealedSegment): void {
    this.store.discard(segment, this.nextUnwrittenPodSeq);
  }

  /** Gives up a segment whose file has vanished, and counts its records. */
  dropMissing(segment: SealedSegment): void {
    this.store.drop(segment, 'missing', this.nextUnwrittenPodSeq);
  }

  /** Seals, syncs and frees the folder. Later records are counted as dropped at intake. */
  async close(): Promise<void> {
    if (this.lock === undefined) return;
    await this.seal();
    if (this.pending.length > 0) this.dropAtIntake(this.pending.length);
    this.pending = [];
    this.lock.release();
    this.lock = undefined;
    this.trouble = 'the spool is closed';
  }

  /** Records in memory are left out: should a kill take them, their numbers are given out again and leave no gap. */
  private get nextUnwrittenPodSeq(): number {
    return this.nextPodSeq - this.pending.length;
  }

  private gather(entry: SpendCommand): void {
    const record: SpendRecord = { ...entry, pod_id: this.podId, pod_seq: this.nextPodSeq };
    this.nextPodSeq += 1;
    const requestId = entry.payload.gateway_request_id;
    this.pending.push({ line: encodeSpoolLine(record), command: entry.command, requestId });
  }

  private recover(): number {
    const nowMs = this.options.clock.now();
    let recovered = 0;
    for (const line of this.store.openLines) {
      const admit = parseSpoolLine(line);
      if (admit === undefined) continue;
      // Past the bound of `append`: there are as many as the former process had requests, and none may be missed.
      this.gather({ command: 'failSpend', payload: recoveredOutcome(admit, nowMs) });
      recovered += 1;
    }
    this.flush();
    this.recoveredTotal += recovered;
    return recovered;
  }

  private scheduleWrite(): void {
    this.turnEnd ??= new Promise((resolve) => {
      setImmediate(() => {
        this.turnEnd = undefined;
        if (this.trouble === undefined) this.flush();
        resolve();
      });
    });
  }

  private rotate(): void {
    const { active } = this;
    if (active.records === 0) return;
    try {
      this.watchSync(active.seal());
      this.active = new ActiveSegment(this.options.directory, active.ordinal + 1);
      this.store.add(new SealedSegment(active.ordinal, active.bytes, active.records, this.activeSinceMs));
      this.store.dropBeyond(this.options.maxBytes - this.segmentBytesMax, this.nextUnwrittenPodSeq);
    } catch (error) {
      this.failed(error);
    }
  }

  private watchSync(sync: Promise<void>): void {
    const watched: Promise<void> = sync
      .catch((error: unknown) => this.failed(error))
      .finally(() => this.syncing.delete(watched));
    this.syncing.add(watched);
  }

  /** Without traffic nothing else would find out that the disk takes writes again. */
  private probeDisk(): void {
    try {
      this.options.directory.writePodSeq(this.nextUnwrittenPodSeq);
      this.recovered();
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    const reason = describeFailure(error);
    if (this.trouble !== reason) this.options.onEvent({ kind: 'spool_write_failed', reason });
    this.trouble = reason;
  }

  private recovered(): void {
    if (this.trouble === undefined) return;
    this.trouble = undefined;
    this.options.onEvent({ kind: 'spool_write_recovered' });
  }

  private dropAtIntake(records: number): void {
    this.droppedIntakeTotal += records;
    this.options.onEvent({ kind: 'records_dropped', reason: 'intake', records });
  }
}
