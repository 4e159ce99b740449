import { OpenAdmits } from './open-admits.js';
import type { SpoolDirectory } from './spool-directory.js';
import { parseSpoolLine, wholeLines } from './spool-line.js';

/** A sealed segment as it was found. */
export interface ScannedSegment {
  readonly ordinal: number;
  readonly bytes: number;
  readonly records: number;
}

/** What a former process left in a spool. */
export interface SpoolScan {
  /** Oldest first. */
  readonly segments: readonly ScannedSegment[];
  /** Ordinals of files that hold open admits of segments that are gone. */
  readonly openFiles: readonly number[];
  /** Admits without an outcome on disk. */
  readonly openAdmits: OpenAdmits;
  readonly nextOrdinal: number;
  readonly nextPodSeq: number;
}

/**
 * Reads everything that a spool holds, a segment at a time. A leftover active file becomes the newest segment first.
 *
 * An outcome is always written after its admit, so one pass from the oldest file on finds the open ones.
 */
export function scanSpool(directory: SpoolDirectory): SpoolScan {
  sealLeftover(directory);
  const openAdmits = new OpenAdmits();
  const openFiles = directory.openFiles().map((file) => file.ordinal);
  let nextPodSeq = directory.readPodSeq();
  const note = (line: string, ordinal: number): void => {
    const record = parseSpoolLine(line);
    if (record === undefined) return;
    nextPodSeq = Math.max(nextPodSeq, record.pod_seq + 1);
    const requestId = record.payload.gateway_request_id;
    if (record.command === 'admitSpend') openAdmits.add(requestId, ordinal, line);
    else openAdmits.close(requestId);
  };
  for (const ordinal of openFiles) for (const line of wholeLines(directory.readOpenFile(ordinal))) note(line, ordinal);
  const segments: ScannedSegment[] = [];
  for (const { ordinal, bytes } of directory.segments()) {
    const lines = wholeLines(directory.readSegmentSync(ordinal));
    for (const line of lines) note(line, ordinal);
    segments.push({ ordinal, bytes, records: lines.length });
  }
  return { segments, openFiles, openAdmits, nextOrdinal: nextOrdinal(directory), nextPodSeq };
}

function sealLeftover(directory: SpoolDirectory): void {
  if (directory.hasActive()) directory.sealActive(nextOrdinal(directory));
}

function nextOrdinal(directory: SpoolDirectory): number {
  const newest = [directory.segments(), directory.openFiles()].map((files) => files.at(-1)?.ordinal ?? -1);
  return Math.max(...newest) + 1;
}
