import { Random } from '#kernel';
import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const ORDINAL_DIGITS = 20;
const POD_ID_LENGTH_MAX = 128;
const ACTIVE = 'active.ndjson';

/** A file of the spool whose name carries an ordinal: a sealed segment, or the open admits of one. */
export interface OrdinalFile {
  readonly ordinal: number;
  readonly bytes: number;
}

/**
 * The files of one spool and their names (contract 5.8). Every method is one or two system calls, and throws what they throw.
 *
 * - `active.ndjson`: being written. `seg-<ordinal>.ndjson`: sealed, waiting to be shipped.
 * - `open-<ordinal>.ndjson`: admits of a shipped segment whose requests are still running; never shipped again.
 * - `pod-id`, `pod-seq`: who numbers the records, and the next number once the segments that tell it are gone.
 */
export class SpoolDirectory {
  constructor(readonly path: string) {}

  /** Where the lock of the folder lives. */
  get lockPath(): string {
    return join(this.path, 'lock');
  }

  /** Creates the folder if needed and closes it to everybody else. */
  prepare(): void {
    fs.mkdirSync(this.path, { recursive: true, mode: FOLDER_MODE });
    fs.chmodSync(this.path, FOLDER_MODE);
  }

  /** The name kept in the spool; made of the host's name and eight hex digits when there is none yet. */
  podId(random: Random): string {
    const kept = this.readIfThere('pod-id')?.trim();
    if (kept !== undefined && kept !== '') return kept.slice(0, POD_ID_LENGTH_MAX);
    const suffix = Buffer.from(random.bytes(4)).toString('hex');
    const made = `${hostname().slice(0, POD_ID_LENGTH_MAX - suffix.length - 1)}-${suffix}`;
    this.replace('pod-id', `${made}\n`);
    return made;
  }

  /** The next record number that was kept, 0 when none was. */
  readPodSeq(): number {
    const kept = Number(this.readIfThere('pod-seq') ?? 0);
    return Number.isSafeInteger(kept) && kept >= 0 ? kept : 0;
  }

  /** Keeps the next record number, so that it survives the segments that imply it. */
  writePodSeq(next: number): void {
    this.replace('pod-seq', `${next}\n`);
  }

  /** The sealed segments, oldest first. */
  segments(): OrdinalFile[] {
    return this.ordinalFiles('seg');
  }

  /** The files of open admits, oldest first. */
  openFiles(): OrdinalFile[] {
    return this.ordinalFiles('open');
  }

  readSegmentSync(ordinal: number): string {
    return fs.readFileSync(this.pathOf('seg', ordinal), 'utf8');
  }

  /** `undefined`: there is no such file any more. */
  async readSegment(ordinal: number): Promise<string | undefined> {
    try {
      return await readFile(this.pathOf('seg', ordinal), 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  removeSegment(ordinal: number): void {
    fs.rmSync(this.pathOf('seg', ordinal), { force: true });
  }

  readOpenFile(ordinal: number): string {
    return fs.readFileSync(this.pathOf('open', ordinal), 'utf8');
  }

  writeOpenFile(ordinal: number, lines: readonly string[]): void {
    this.replace(`open-${digits(ordinal)}.ndjson`, `${lines.join('\n')}\n`);
  }

  removeOpenFile(ordinal: number): void {
    fs.rmSync(this.pathOf('open', ordinal), { force: true });
  }

  /** Opens the active file for appending and returns its descriptor. */
  openActive(): number {
    return fs.openSync(join(this.path, ACTIVE), 'a', FILE_MODE);
  }

  /** Makes the active file the segment `ordinal`. Descriptors to it stay good. */
  sealActive(ordinal: number): void {
    fs.renameSync(join(this.path, ACTIVE), this.pathOf('seg', ordinal));
  }

  /** Whether a former process left an active file. */
  hasActive(): boolean {
    return fs.existsSync(join(this.path, ACTIVE));
  }

  private ordinalFiles(prefix: 'seg' | 'open'): OrdinalFile[] {
    const pattern = new RegExp(`^${prefix}-(\\d{${ORDINAL_DIGITS}})\\.ndjson$`);
    const files: OrdinalFile[] = [];
    for (const name of fs.readdirSync(this.path).sort()) {
      const ordinal = Number(pattern.exec(name)?.[1] ?? Number.NaN);
      if (Number.isSafeInteger(ordinal)) files.push({ ordinal, bytes: fs.statSync(join(this.path, name)).size });
    }
    return files;
  }

  private pathOf(prefix: 'seg' | 'open', ordinal: number): string {
    return join(this.path, `${prefix}-${digits(ordinal)}.ndjson`);
  }

  private readIfThere(name: string): string | undefined {
    const path = join(this.path, name);
    return fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : undefined;
  }

  /** Replaces a small file as a whole: a crash leaves the old content or the new. */
  private replace(name: string, content: string): void {
    const path = join(this.path, name);
    fs.writeFileSync(`${path}.new`, content, { mode: FILE_MODE });
    fs.renameSync(`${path}.new`, path);
  }
}

function digits(ordinal: number): string {
  return String(ordinal).padStart(ORDINAL_DIGITS, '0');
}
