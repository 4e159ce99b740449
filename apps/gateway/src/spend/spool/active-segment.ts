import fs from 'node:fs';
import { promisify } from 'node:util';
import type { SpoolDirectory } from './spool-directory.js';

const fdatasync = promisify(fs.fdatasync);
const close = promisify(fs.close);

/** The one file that is being written. Appends are all or nothing: a failed one leaves no half line behind. */
export class ActiveSegment {
  private descriptor: number | undefined;
  private bytesWritten = 0;
  private recordCount = 0;
  /** Set when a half line could not be taken back: the next append starts on a line of its own. */
  private torn = false;
  /** Syncs run one after another, so that a descriptor is never closed under a sync. */
  private syncing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly directory: SpoolDirectory,
    /** The ordinal that this segment takes when it is sealed. */
    readonly ordinal: number,
  ) {}

  get bytes(): number {
    return this.bytesWritten;
  }

  get records(): number {
    return this.recordCount;
  }

  /** Writes whole lines, each with its line end, into the page cache: a crash of the process no longer loses them. */
  append(lines: readonly string[]): void {
    this.descriptor ??= this.directory.openActive();
    const content = Buffer.from(`${this.torn ? '\n' : ''}${lines.join('\n')}\n`);
    let written = 0;
    try {
      while (written < content.length) written += fs.writeSync(this.descriptor, content, written);
    } catch (error) {
      this.takeBack(this.descriptor, written);
      this.abandon(this.descriptor);
      throw error;
    }
    this.torn = false;
    this.bytesWritten += content.length;
    this.recordCount += lines.length;
  }

  /** Renames the file to a sealed segment; the returned promise ends when it is on the disk. */
  seal(): Promise<void> {
    this.directory.sealActive(this.ordinal);
    const descriptor = this.descriptor;
    this.descriptor = undefined;
    if (descriptor === undefined) return Promise.resolve();
    return this.afterSyncs(async () => {
      try {
        await fdatasync(descriptor);
      } finally {
        await close(descriptor);
      }
    });
  }

  /** Brings what was written so far to the disk and goes on writing the same file. */
  sync(): Promise<void> {
    const descriptor = this.descriptor;
    return descriptor === undefined ? Promise.resolve() : this.afterSyncs(() => fdatasync(descriptor));
  }

  private afterSyncs(step: () => Promise<void>): Promise<void> {
    const done = this.syncing.then(step);
    this.syncing = done.catch(() => undefined);
    return done;
  }

  /** After a failure the next append opens the file anew: the descriptor may be what is broken. */
  private abandon(descriptor: number): void {
    this.descriptor = undefined;
    this.afterSyncs(() => close(descriptor)).catch(() => undefined);
  }

  private takeBack(descriptor: number, written: number): void {
    if (written === 0) return;
    try {
      fs.ftruncateSync(descriptor, this.bytesWritten);
    } catch {
      this.torn = true;
      this.bytesWritten += written;
    }
  }
}
