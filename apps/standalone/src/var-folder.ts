import { constants } from 'node:fs';
import { access, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { StartupError } from './startup-error.js';

/** The folder that holds all data of a local installation, and where what lies in it. */
export class VarFolder {
  constructor(readonly folder: string) {}

  /** The cluster of the embedded PostgreSQL. */
  get postgres(): string {
    return path.join(this.folder, 'postgres');
  }
  /** Secrets that are made on the first start. */
  get secrets(): string {
    return path.join(this.folder, 'secrets.json');
  }
  /** What was created on the first start, by id. */
  get seed(): string {
    return path.join(this.folder, 'seed.json');
  }
  /** URLs and keys for the person at the terminal and their scripts. */
  get local(): string {
    return path.join(this.folder, 'local.json');
  }
  /** The gateway's journal of spend. */
  get spool(): string {
    return path.join(this.folder, 'spool');
  }
  /** The log of one part. */
  log(part: string): string {
    return path.join(this.folder, 'log', `${part}.log`);
  }

  /** Makes the folder. Rejects with a {@link StartupError} when it cannot be written. */
  async prepare(): Promise<void> {
    try {
      await mkdir(path.join(this.folder, 'log'), { recursive: true });
      await mkdir(this.spool, { recursive: true });
      await access(this.folder, constants.W_OK);
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      throw new StartupError(
        `${this.folder} cannot be written (${code}): make yourself its owner with \`sudo chown -R "$(id -u)" "${this.folder}"\`, ` +
          'or name another folder in STANDALONE_VAR_DIR.',
        { cause },
      );
    }
  }

  /** Deletes what earlier starts made here, and nothing else. */
  async reset(): Promise<void> {
    const own = [this.postgres, this.spool, this.secrets, this.seed, this.local, path.join(this.folder, 'log')];
    await Promise.all(own.map((each) => rm(each, { recursive: true, force: true })));
  }
}
