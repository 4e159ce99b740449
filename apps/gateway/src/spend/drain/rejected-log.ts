import { appendFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

const FILE_MODE = 0o600;
const REJECTED_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Keeps the records that a control plane will never take, for a person to look at: `rejected.ndjson` in the spool.
 *
 * At 8 MiB the file becomes `rejected.1.ndjson`, in place of the one before, so the newest 8 MiB at least are there.
 */
export class RejectedLog {
  private readonly path: string;
  private readonly olderPath: string;

  constructor(
    directory: string,
    private readonly bytesMax = REJECTED_BYTES_MAX,
  ) {
    this.path = join(directory, 'rejected.ndjson');
    this.olderPath = join(directory, 'rejected.1.ndjson');
  }

  /** Adds one record, as the text that was sent, and the code by which it was rejected. */
  async add(line: string, code: string): Promise<void> {
    if ((await this.bytes()) >= this.bytesMax) await rename(this.path, this.olderPath);
    await appendFile(this.path, `${JSON.stringify({ code, record: line })}\n`, { mode: FILE_MODE });
  }

  private async bytes(): Promise<number> {
    try {
      return (await stat(this.path)).size;
    } catch {
      return 0;
    }
  }
}
