import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** One migration file. */
export interface Migration {
  /** The number that the file's name starts with; 1, 2, 3 … without gaps. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** Hex SHA-256 of the file. */
  readonly checksum: string;
}

/** The database and the migration files do not fit together. The message is one sentence that says how to mend it. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const FOLDER = path.join('apps', 'control-plane', 'migrations');
const FILE_NAME = /^(?<version>\d{4})_[a-z0-9_]+\.sql$/;

/**
 * Finds the folder with the migration files by walking up from this file, so that it is the same one whether the
 * program runs from source or from `dist`.
 */
export function findMigrationsFolder(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, FOLDER);
    if (existsSync(candidate)) return candidate;
    if (path.dirname(folder) === folder) {
      throw new MigrationError(`The migration files are missing: ship the folder ${FOLDER} next to dist.`);
    }
  }
}

/** Reads all migrations of a folder in order. Throws a {@link MigrationError} for a misnamed, missing or doubled number. */
export async function readMigrations(folder: string = findMigrationsFolder()): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  const migrations = await Promise.all(names.map((name) => readMigration(folder, name)));
  migrations.forEach(({ version, name }, index) => {
    if (version !== index + 1) {
      throw new MigrationError(`Migration files must be numbered 0001, 0002, … without gaps, but found ${name}.`);
    }
  });
  return migrations;
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const version = FILE_NAME.exec(name)?.groups?.['version'];
  if (version === undefined) throw new MigrationError(`${name} is not named like 0001_what_it_does.sql.`);
  const sql = await readFile(path.join(folder, name), 'utf8');
  return { version: Number(version), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}
