import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const FILE_MODE = 0o600;
const SQLITE_BUSY = 5;

/**
 * Holds a folder for one process, so that two never write the same spool.
 *
 * Node offers no file lock of its own, and a file with a process id in it lies after a restart in a container, where
 * ids repeat. SQLite's exclusive lock is the kernel's: it ends with the process, however that ends. No data is kept in it.
 */
export class SpoolLock {
  private constructor(private readonly database: DatabaseSync) {}

  /** Takes the lock at once. Throws when another process, or another spool of this one, holds it. */
  static acquire(path: string): SpoolLock {
    const database = new DatabaseSync(path);
    try {
      chmodSync(path, FILE_MODE);
      database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
    } catch (cause) {
      database.close();
      const held = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
      throw held ? new Error('the spool folder is in use by another process', { cause }) : cause;
    }
    return new SpoolLock(database);
  }

  /** Gives the folder free. */
  release(): void {
    this.database.close();
  }
}
